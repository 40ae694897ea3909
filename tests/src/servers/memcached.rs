use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::unistd::Uid;

use super::{Counted, Kind, Server, find};

/// See [`super::Memcached`].
#[derive(Debug)]
pub struct Memcached;

impl Kind for Memcached {
    const BINARY: &'static str = "memcached";
    const PACKAGE: &'static str = "memcached";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--listen=127.0.0.1", &format!("--port={port}"), "--udp-port=0"]);
        if Uid::effective().is_root() {
            command.arg("--user=root");
        }
        command
    }

    fn answers(port: u16) -> bool {
        ask(port, "version").is_ok_and(|answer| answer.starts_with("VERSION "))
    }

    fn url(port: u16) -> String {
        format!("memcache://127.0.0.1:{port}")
    }
}

impl Counted for Memcached {
    fn connections(server: &Server<Self>) -> usize {
        let answer = ask(server.port(), "stats").unwrap_or_else(|error| panic!("stats: {error}"));
        let number = answer.lines().find_map(|line| line.strip_prefix("STAT curr_connections "));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        number.and_then(|number| number.checked_sub(1)).unwrap_or_else(|| panic!("stats: {answer}"))
    }
}

fn ask(port: u16, question: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(format!("{question}\r\nquit\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
