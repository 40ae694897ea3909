//! The servers of `benches/peers`: built, started, and asked what they count.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use crate::{Result, load, versus::Target};

const PATH: &str = "/readyz";
const UNREADY: Duration = Duration::from_secs(10);
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A server that this machine may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// When it has its checks run, by default.
    pub(crate) runs: &'static str,
    runs_in: RunsIn,
}

#[derive(Debug, Clone, Copy)]
enum RunsIn {
    /// A binary of `benches/peers`, and its first arguments.
    Rust(&'static str, &'static [&'static str]),
    Node,
    Go,
}

const EACH: &str = "for each request";
const EACH_SECOND: &str = "at most once a second";
const EACH_INTERVAL: &str = "every 5 s";

/// The most that the load generator can ask for.
pub(crate) const CONSTANT: Peer = rust("constant", "", "peer-constant", &[]);
pub(crate) const BARE: Peer = rust("bare", "never", "peer-bare", &[]);
pub(crate) const BACKGROUND: Peer = rust("background", EACH_INTERVAL, "peer-healthsdk", &["background"]);
/// The same once more: by so much two that are the same differ.
pub(crate) const AGAIN: Peer = rust("background_again", "", "peer-healthsdk", &["background"]);
/// Everybody is told of each check.
pub(crate) const DETAILED: Peer =
    rust("background_details", EACH_INTERVAL, "peer-healthsdk", &["background", "details"]);
/// With the smallest `ttl` that there is: each answer is of a new round.
pub(crate) const ON_DEMAND: Peer = rust("on_demand", EACH, "peer-healthsdk", &["1"]);
pub(crate) const ON_DEMAND_DETAILED: Peer =
    rust("on_demand_details", EACH, "peer-healthsdk", &["1", "details"]);
pub(crate) const ON_DEMAND_1S: Peer = rust("on_demand_1s", EACH_SECOND, "peer-healthsdk", &["1000000000"]);
pub(crate) const HAND_WRITTEN: Peer = rust("hand_written", EACH, "peer-hand-written", &[]);
pub(crate) const LIBRARIES: [Peer; 5] = [
    rust("axum-health", EACH, "peer-axum-health", &[]),
    rust("health-checks", EACH, "peer-health-checks", &[]),
    rust("ullun-api", EACH_SECOND, "peer-ullun-api", &[]),
    Peer { name: "terminus", runs: EACH, runs_in: RunsIn::Node },
    Peer { name: "alexliesenfeld/health", runs: EACH_SECOND, runs_in: RunsIn::Go },
];

const fn rust(
    name: &'static str,
    runs: &'static str,
    binary: &'static str,
    args: &'static [&'static str],
) -> Peer {
    Peer { name, runs, runs_in: RunsIn::Rust(binary, args) }
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) bytes: usize,
    pub(crate) body: String,
}

/// A process with one worker, on a port of its own. It ends with its input, so at the latest with this process.
pub(crate) struct Server {
    port: u16,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// `first` is what its first check does.
    pub(crate) fn start(peer: Peer, first: &[&str]) -> Result<Self> {
        let mut command = match peer.runs_in {
            RunsIn::Rust(binary, args) => {
                let mut command = Command::new(binaries()?.join(binary));
                command.args(args);
                command
            }
            RunsIn::Node => node()?,
            RunsIn::Go => go()?,
        };
        let spawned = command.args(first).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| missing(&command, &error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no pipes".into());
        };
        let mut server = Self { port: 0, child, input, output: BufReader::new(output) };
        server.port = server.line()?.parse()?;
        Ok(server)
    }

    /// With checks that do nothing, once it says that it is ready.
    pub(crate) fn ready(peer: Peer) -> Result<Self> {
        let (server, began) = (Self::start(peer, &[])?, Instant::now());
        while server.probe(UNREADY)?.is_none_or(|(_, code)| code != "200") {
            if began.elapsed() > UNREADY {
                return Err(format!("not ready after {UNREADY:?}").into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// How many runs of checks it has begun.
    pub(crate) fn runs(&mut self) -> Result<u32> {
        self.input.write_all(b"\n")?;
        Ok(self.line()?.parse()?)
    }

    pub(crate) fn target(&self) -> Target {
        Target { port: self.port, path: PATH, process: self.child.id() }
    }

    /// The time from a probe to its answer, and the code; none where that takes longer than the limit.
    pub(crate) fn probe(&self, limit: Duration) -> Result<Option<(Duration, String)>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(limit))?;
        let began = Instant::now();
        stream.write_all(&load::request(PATH))?;
        let mut head = *b"HTTP/1.1 200";
        match stream.read_exact(&mut head) {
            Ok(()) => Ok(Some((began.elapsed(), String::from_utf8_lossy(&head[9..]).into_owned()))),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn answer(&self) -> Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(UNREADY))?;
        stream.write_all(&load::request(PATH))?;
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        while load::length(&answer)?.is_none_or(|length| answer.len() < length) {
            match stream.read(&mut part)? {
                0 => return Err("the connection was closed".into()),
                read => answer.extend_from_slice(&part[..read]),
            }
        }
        let answer = String::from_utf8(answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
        Ok(Answer { bytes: answer.len(), body: body.to_owned() })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(format!("it ended: {}", self.child.wait()?).into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The folder of the binaries in Rust, which the first call builds.
fn binaries() -> Result<PathBuf> {
    static BUILT: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    Ok(BUILT.get_or_init(|| build("healthsdk-peers").map_err(|error| error.to_string())).clone()?)
}

/// The folder of the binaries of a package of this workspace.
pub(crate) fn build(package: &str) -> Result<PathBuf> {
    let target = folder()?.parent().ok_or("the executable is in no target folder")?.to_owned();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--package", package, "--target-dir"]).arg(&target);
    succeed(cargo.current_dir(REPOSITORY))?;
    Ok(target.join("release"))
}

/// The packages are brought into the target folder once; nothing that they bring along is run.
fn node() -> Result<Command> {
    let (sources, folder) = (Path::new(REPOSITORY).join("benches/peers/node"), folder()?.join("peers-node"));
    let (wanted, stamp) = (fs::read(sources.join("package.json"))?, folder.join("installed.json"));
    fs::create_dir_all(&folder)?;
    fs::copy(sources.join("server.js"), folder.join("server.js"))?;
    if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
        fs::write(folder.join("package.json"), &wanted)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
        succeed(npm.current_dir(&folder))?;
        fs::write(stamp, wanted)?;
    }
    let mut node = Command::new("node");
    node.arg(folder.join("server.js"));
    Ok(node)
}

/// As with Node: the module is brought into Go's own cache, and checked against its public sums.
fn go() -> Result<Command> {
    let (sources, folder) = (Path::new(REPOSITORY).join("benches/peers/go"), folder()?.join("peers-go"));
    fs::create_dir_all(&folder)?;
    for file in ["go.mod", "main.go"] {
        fs::copy(sources.join(file), folder.join(file))?;
    }
    succeed(Command::new("go").args(["build", "-mod=mod", "-o", "peer", "."]).current_dir(&folder))?;
    Ok(Command::new(folder.join("peer")))
}

/// Where this build of the benchmarks is.
fn folder() -> Result<PathBuf> {
    Ok(env::current_exe()?.parent().ok_or("the executable is in no folder")?.to_owned())
}

fn succeed(command: &mut Command) -> Result {
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", command.get_program().display()).into()),
        Err(error) => Err(missing(command, &error).into()),
    }
}

fn missing(command: &Command, error: &io::Error) -> String {
    format!("no {}: {error}", command.get_program().display())
}
