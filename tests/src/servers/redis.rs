use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::asked::password;
use super::{Counted, Kind, Locked, Server, find};

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
        if let Some(password) = password(dir) {
            command.args(["--requirepass", password]);
        }
        command
    }

    fn answers(port: u16) -> bool {
        ping(port).is_ok_and(|answer| !answer.is_empty())
    }

    fn url(port: u16) -> String {
        format!("redis://127.0.0.1:{port}/")
    }
}

impl Locked for Redis {}

impl Counted for Redis {
    fn connections(server: &Server<Self>) -> usize {
        let ask = || {
            let mut stream = connect(server.port())?;
            if let Some(password) = password(server.dir()) {
                stream.write_all(format!("AUTH {password}\r\n").as_bytes())?;
            }
            stream.write_all(b"CLIENT LIST TYPE normal\r\nQUIT\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            io::Result::Ok(answer)
        };
        let answer = ask().unwrap_or_else(|error| panic!("CLIENT LIST: {error}"));
        let clients = answer.lines().filter(|line| line.starts_with("id=")).count();
        clients.checked_sub(1).unwrap_or_else(|| panic!("CLIENT LIST: {answer}"))
    }
}

/// Any answer will do: a server with a password refuses, and is up.
fn ping(port: u16) -> io::Result<Vec<u8>> {
    let mut stream = connect(port)?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer)?;
    answer.truncate(read);
    Ok(answer)
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    Ok(stream)
}
