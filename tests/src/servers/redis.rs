use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Kind, find};

/// See [`super::Redis`].
#[derive(Debug)]
pub struct Redis;

impl Kind for Redis {
    const BINARY: &'static str = "redis-server";
    const PACKAGE: &'static str = "redis-server";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--dir"]).arg(dir);
        command.args(["--save", "", "--appendonly", "no", "--daemonize", "no"]);
        command
    }

    fn answers(port: u16) -> bool {
        ping(port).is_ok_and(|answer| !answer.is_empty())
    }

    fn url(port: u16) -> String {
        format!("redis://127.0.0.1:{port}/")
    }
}

/// Any answer will do: a server with a password refuses, and is up.
fn ping(port: u16) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer)?;
    answer.truncate(read);
    Ok(answer)
}
