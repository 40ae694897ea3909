use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Counted, Kind, Server, find};
use crate::port::kept_port;

const NODE: &str = "healthsdk@localhost";
/// How the Erlang node knows those that may ask it anything.
const COOKIE: &str = "healthsdk";
/// Node and broker become the same process, so that none outlives another. The daemon that tells the node's port stands
/// beside it, in the same family.
const SCRIPT: &str = r#"
epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
echo "$!" > epmd.pid
exec "$0" "$@"
"#;

/// See [`super::Rabbitmq`].
#[derive(Debug)]
pub struct Rabbitmq;

impl Kind for Rabbitmq {
    const BINARY: &'static str = "rabbitmq-server";
    const PACKAGE: &'static str = "rabbitmq-server";
    /// The daemon outlives a node that has ended by itself.
    const TIDY: &'static str = r#"
        pid=$(cat "$1/epmd.pid")
        [ "$(readlink "/proc/$pid/cwd")" != "$1" ] || kill -KILL "$pid"
        rm -rf "$1"
    "#;
    const READY: Duration = Duration::from_secs(100);

    /// Not the one on the path, which changes to another user.
    fn find() -> Option<PathBuf> {
        let binary = Path::new("/usr/lib/rabbitmq/bin").join(Self::BINARY);
        binary.is_file().then_some(binary).or_else(|| find::on_path(Self::BINARY))
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let cookie =
            fs::File::options().write(true).create_new(true).mode(0o400).open(dir.join(".erlang.cookie"));
        cookie.and_then(|mut cookie| cookie.write_all(COOKIE.as_bytes())).expect("the folder can be written");
        for file in ["enabled_plugins", "rabbitmq.conf"] {
            let file = dir.join(file);
            if !file.exists() {
                let nothing = if file.extension().is_some() { "" } else { "[]." };
                fs::write(file, nothing).expect("the folder can be written");
            }
        }
    }

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT]).arg(binary);
        for (name, file) in [
            ("HOME", ""),
            ("RABBITMQ_MNESIA_BASE", "mnesia"),
            ("RABBITMQ_LOG_BASE", "logs"),
            ("RABBITMQ_PID_FILE", "pid"),
            ("RABBITMQ_CONFIG_FILE", "rabbitmq.conf"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", "enabled_plugins"),
        ] {
            command.env(name, dir.join(file));
        }
        command
            .env("RABBITMQ_NODENAME", NODE)
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", port.to_string())
            .env("RABBITMQ_DIST_PORT", kept_port(dir, "node").to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", kept_port(dir, "epmd").to_string())
            .env("RABBITMQ_LOGS", "-")
            // One scheduler starts sooner than one for each processor.
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
            )
            .env("RUNNING_UNDER_SYSTEMD", "true")
            .env_remove("NOTIFY_SOCKET");
        command
    }

    fn answers(port: u16) -> bool {
        greeting(port).unwrap_or(false)
    }

    fn url(port: u16) -> String {
        format!("amqp://guest:guest@127.0.0.1:{port}/%2f")
    }
}

impl Counted for Rabbitmq {
    fn connections(server: &Server<Self>) -> usize {
        let answer = server.eval("length(rabbit_networking:connections())");
        answer.parse().unwrap_or_else(|_| panic!("the broker says {answer}"))
    }
}

impl Server<Rabbitmq> {
    /// What the broker finds for an Erlang expression.
    ///
    /// # Panics
    /// Where it does not answer, or fails.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> String {
        let ask = || {
            let mut client = Command::new("erl_call")
                .args(["-sname", NODE, "-c", COOKIE, "-timeout", "10", "-e"])
                .env("ERL_EPMD_PORT", kept_port(self.dir(), "epmd").to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()?;
            client.stdin.take().map_or(Ok(()), |mut stdin| writeln!(stdin, "{expression}."))?;
            client.wait_with_output()
        };
        let output = ask().unwrap_or_else(|error| panic!("erl_call: {error}"));
        let answer = String::from_utf8_lossy(&output.stdout);
        let found = answer.trim().strip_prefix("{ok, ").and_then(|answer| answer.strip_suffix('}'));
        found.unwrap_or_else(|| panic!("{expression} {output:?}")).to_owned()
    }

    /// Has the broker find that it uses too much memory, and so block all publishers; or end that.
    ///
    /// # Panics
    /// As [`eval`](Self::eval).
    #[track_caller]
    pub fn set_memory_alarm(&self, on: bool) {
        let limit = if on { "{absolute, 1}" } else { "0.9" };
        self.eval(&format!("vm_memory_monitor:set_vm_memory_high_watermark({limit})"));
    }
}

/// The server answers the header of the protocol with a frame on channel 0.
fn greeting(port: u16) -> io::Result<bool> {
    const METHOD: u8 = 1;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"AMQP\0\0\x09\x01")?;
    let mut head = [0; 3];
    stream.read_exact(&mut head)?;
    Ok(head == [METHOD, 0, 0])
}
