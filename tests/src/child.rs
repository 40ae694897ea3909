//! A program under test, in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::process::Process;
use crate::{eventually_some, http};

/// A running program with its output. Dropping it kills it and all its descendants, also paused ones.
#[derive(Debug)]
pub struct Child {
    name: String,
    process: Process,
    lines: Receiver<String>,
    log: Log,
    _dir: TempDir,
}

type Log = Arc<Mutex<Vec<String>>>;

impl Child {
    /// Starts a command made with its arguments and environment, in a process group and an empty folder of its own.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[track_caller]
    pub fn start(command: &mut Command) -> Child {
        Child::start_with_input(command, Stdio::null())
    }

    /// As [`start`](Self::start), with a standard input, such as a terminal.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[track_caller]
    pub fn start_with_input(command: &mut Command, input: Stdio) -> Child {
        let name = command.get_program().to_string_lossy().into_owned();
        let dir =
            tempfile::Builder::new().prefix("healthsdk-").tempdir().expect("a temporary folder can be made");
        command.current_dir(dir.path()).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process::spawn(command, r#"rm -rf "$1""#, dir.path())
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));

        let (sender, lines) = mpsc::channel();
        read(process.child.stdout.take(), move |line| drop(sender.send(line)));
        let log = Log::default();
        let written = Arc::clone(&log);
        read(process.child.stderr.take(), move |line| lock(&written).push(line));
        Child { name, process, lines, log, _dir: dir }
    }

    /// The next line of its standard output.
    ///
    /// # Panics
    /// Where none comes within ten seconds.
    #[track_caller]
    pub fn line(&self) -> String {
        let line = self.lines.recv_timeout(http::TIMEOUT);
        line.unwrap_or_else(|_| panic!("{} wrote no line; its log: {:#?}", self.name, self.log()))
    }

    /// The next line of its standard output, if it is there already.
    pub fn try_line(&self) -> Option<String> {
        self.lines.try_recv().ok()
    }

    /// The address in the next line of its standard output that has one, such as `listening on 127.0.0.1:8080`.
    ///
    /// # Panics
    /// Where none comes within ten seconds.
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        loop {
            if let Some(addr) = self.line().split_whitespace().find_map(address) {
                return addr;
            }
        }
    }

    /// The lines of its standard error so far.
    pub fn log(&self) -> Vec<String> {
        lock(&self.log).clone()
    }

    /// The first line of its standard error with this text in it, waiting for it.
    ///
    /// # Panics
    /// Where it does not come in time.
    #[track_caller]
    pub fn logged(&self, text: &str, within: Duration) -> String {
        let find = || self.log().into_iter().find(|line| line.contains(text));
        eventually_some(&format!("{} logs {text:?}", self.name), within, find)
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// Sends it a signal, such as SIGTERM.
    pub fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// How it ended, waiting for that.
    ///
    /// # Panics
    /// Where it still runs after `within`.
    #[track_caller]
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        eventually_some(&format!("{} ends", self.name), within, || self.process.exited())
    }

    /// Stops it and all its descendants, as a frozen container.
    pub fn pause(&mut self) {
        self.process.pause();
    }

    /// Ends a pause.
    pub fn resume(&mut self) {
        self.process.resume();
    }

    /// Kills it and all its descendants.
    pub fn kill(&mut self) {
        self.process.kill();
    }
}

fn read(output: Option<impl Read + Send + 'static>, mut line: impl FnMut(String) + Send + 'static) {
    let output = BufReader::new(output.expect("the output is piped"));
    thread::spawn(move || output.split(b'\n').map_while(Result::ok).for_each(|bytes| line(text(&bytes))));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

fn address(word: &str) -> Option<SocketAddr> {
    let word = word.strip_prefix("http://").unwrap_or(word);
    word.trim_end_matches(['/', '.', ',']).parse().ok()
}

fn lock(log: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
