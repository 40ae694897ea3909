use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Counted, Kind, Missing, Server, python};

/// See [`super::Mongo`].
#[derive(Debug)]
pub struct Mongo;

impl Kind for Mongo {
    const BINARY: &'static str = "secantusd-py";
    const PACKAGE: &'static str = "secantusdb";

    fn missing() -> Missing {
        python::lacks(Self::BINARY)
    }

    fn find() -> Option<PathBuf> {
        python::tool(Self::BINARY).ok()
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--cache-size", "64M"]);
        command.arg("--storage-path").arg(dir.join("data")).arg("--standalone");
        command
    }

    fn answers(port: u16) -> bool {
        ask(port, "hello").is_ok()
    }

    fn url(port: u16) -> String {
        format!("mongodb://127.0.0.1:{port}/")
    }
}

impl Counted for Mongo {
    fn connections(server: &Server<Self>) -> usize {
        let status =
            ask(server.port(), "serverStatus").unwrap_or_else(|error| panic!("serverStatus: {error}"));
        let field = b"\x10current\0";
        let at = status.windows(field.len()).position(|window| window == field).expect("it tells the number");
        let number = status[at + field.len()..].first_chunk().expect("the field has a value");
        usize::try_from(i32::from_le_bytes(*number) - 1).expect("it counts the one that asks")
    }
}

/// The answer to a command: the message's head, no flags, and one section with a document.
fn ask(port: u16, command: &str) -> io::Result<Vec<u8>> {
    const MESSAGE: u32 = 2013;
    let fields = [b"\x10", command.as_bytes(), b"\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0"].concat();
    let document = [&length(&fields), &fields[..]].concat();
    let body = [&[0; 8], &MESSAGE.to_le_bytes()[..], &[0; 5], &document].concat();

    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(&[&length(&body), &body[..]].concat())?;
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let mut answer =
        vec![0; usize::try_from(u32::from_le_bytes(head)).map_or(0, |all| all.saturating_sub(4))];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// The length of something together with the field that tells it.
fn length(of: &[u8]) -> [u8; 4] {
    u32::try_from(of.len() + 4).expect("it is short").to_le_bytes()
}
