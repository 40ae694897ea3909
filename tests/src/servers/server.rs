use std::fs::{self, File};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use tempfile::TempDir;

use super::Missing;
use crate::port::free_port;
use crate::process::Process;

const ATTEMPTS: usize = 3;

/// What one kind of server needs to be told.
pub trait Kind {
    /// The name of the binary.
    const BINARY: &'static str;
    /// The Debian package that brings it.
    const PACKAGE: &'static str;
    /// Shell that removes what an instance leaves, its folder in `$1`.
    const TIDY: &'static str = r#"rm -rf "$1""#;
    /// How long it may take to come up on a busy machine.
    const READY: Duration = Duration::from_secs(30);

    /// What to say where there is no binary.
    fn missing() -> Missing {
        Missing::binary(Self::BINARY, Self::PACKAGE)
    }
    /// Where the binary is, if anywhere.
    fn find() -> Option<PathBuf>;
    /// Makes the folder ready for the first start.
    fn prepare(binary: &Path, dir: &Path);
    /// The command that runs the server in the foreground.
    fn command(binary: &Path, dir: &Path, port: u16) -> Command;
    /// Whether the server answers a question of its own protocol.
    fn answers(port: u16) -> bool;
    /// What is left to do, once, when it answers for the first time.
    fn first_up(_dir: &Path) {}
    /// What a client connects with.
    fn url(port: u16) -> String;
}

/// A server of its own for one test. Dropping it kills all its processes, also paused ones, and removes its folder; so
/// does the end of the test process, even when that is killed outright.
#[derive(Debug)]
pub struct Server<K> {
    process: Process,
    port: u16,
    binary: PathBuf,
    options: Vec<String>,
    dir: TempDir,
    kind: PhantomData<K>,
}

impl<K: Kind> Server<K> {
    /// Starts a server, and returns when it answers.
    ///
    /// # Errors
    /// Where the binary is not installed; see [`need!`](crate::need!).
    pub fn start() -> Result<Self, Missing> {
        Self::start_with(&[])
    }

    /// As [`start`](Self::start), with further options of the command line.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    ///
    /// # Panics
    /// Where the server does not come up, with what it wrote.
    pub fn start_with(options: &[&str]) -> Result<Self, Missing> {
        Self::start_from(&[], options)
    }

    /// As [`start_with`](Self::start_with), with files in its folder from the first: their names, and what is in them.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    ///
    /// # Panics
    /// As [`start_with`](Self::start_with).
    pub fn start_from(files: &[(&str, &str)], options: &[&str]) -> Result<Self, Missing> {
        let binary = K::find().ok_or_else(K::missing)?;
        let dir =
            tempfile::Builder::new().prefix("healthsdk-").tempdir().expect("a temporary folder can be made");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("the folder can be written");
        }
        K::prepare(&binary, dir.path());
        let options: Vec<_> = options.iter().map(|&option| option.to_owned()).collect();

        let port = free_port();
        let process =
            Process::spawn(&mut command::<K>(&binary, dir.path(), port, &options), K::TIDY, dir.path())
                .expect("the server's binary runs");
        let mut server = Server { process, port, binary, options, dir, kind: PhantomData };
        for _ in 1..ATTEMPTS {
            if server.is_up() {
                break;
            }
            // Another may have taken the port in between.
            server.port = free_port();
            server.launch();
        }
        server.expect_up();
        K::first_up(server.dir());
        Ok(server)
    }

    /// What a client connects with.
    pub fn url(&self) -> String {
        K::url(self.port)
    }

    /// What a client connects with through another port, such as that of a proxy in front.
    pub fn url_at(port: u16) -> String {
        K::url(port)
    }

    /// The port on 127.0.0.1, the same for the server's whole life.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The main process.
    pub fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// The folder of its data, which is also where it works.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Kills all processes at once: connections are reset, new ones refused.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts anew on the same port and data, killing first what still runs, and returns when it answers.
    ///
    /// # Panics
    /// Where the server does not come up, with what it wrote.
    pub fn restart(&mut self) {
        self.launch();
        self.expect_up();
    }

    /// Stops all processes, as a hung machine: connects still succeed, nothing is answered.
    pub fn pause(&mut self) {
        self.process.pause();
    }

    /// Ends a pause.
    pub fn resume(&mut self) {
        self.process.resume();
    }

    /// Sends a signal to the main process alone, such as the one for an orderly end.
    pub fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// What the server has written to its standard output and error.
    pub fn log(&self) -> String {
        fs::read(log(self.dir.path()))
            .map(|log| String::from_utf8_lossy(&log).into_owned())
            .unwrap_or_default()
    }

    fn launch(&mut self) {
        let mut command = command::<K>(&self.binary, self.dir.path(), self.port, &self.options);
        self.process.respawn(&mut command).expect("the server's binary runs again");
    }

    fn expect_up(&mut self) {
        assert!(self.is_up(), "{} did not come up:\n{}", K::BINARY, self.log());
    }

    /// Waits until the server answers, or ends.
    fn is_up(&mut self) -> bool {
        let start = Instant::now();
        while self.process.exited().is_none() && start.elapsed() < K::READY {
            if K::answers(self.port) {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

fn command<K: Kind>(binary: &Path, dir: &Path, port: u16, options: &[String]) -> Command {
    let log = File::options().create(true).append(true).open(log(dir)).expect("the folder can be written");
    let errors = log.try_clone().expect("a file can be shared");
    let mut command = K::command(binary, dir, port);
    command.args(options).current_dir(dir).stdin(Stdio::null()).stdout(log).stderr(errors);
    command
}

fn log(dir: &Path) -> PathBuf {
    dir.join("log")
}
