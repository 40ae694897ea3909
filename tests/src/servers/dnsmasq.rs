use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::unistd::Uid;

use super::{Kind, Server, find};

/// Of the address of `healthsdk.test`: recursion wished, one question, of type A and class IN.
const QUESTION: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x09healthsdk\x04test\0\0\x01\0\x01";

/// See [`super::Dnsmasq`].
#[derive(Debug)]
pub struct Dnsmasq;

impl Kind for Dnsmasq {
    const BINARY: &'static str = "dnsmasq";
    const PACKAGE: &'static str = "dnsmasq-base";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--keep-in-foreground", "--listen-address=127.0.0.1", "--bind-interfaces"]);
        command.args(["--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file="]);
        command.arg(format!("--port={port}"));
        command.arg(format!("--address=/{}/{}", Server::<Self>::NAME, Server::<Self>::ADDRESS));
        if Uid::effective().is_root() {
            command.arg("--user=root");
        }
        command
    }

    fn answers(port: u16) -> bool {
        ask(port).is_ok_and(|answer| answer.starts_with(&QUESTION[..2]))
    }

    fn url(port: u16) -> String {
        format!("127.0.0.1:{port}")
    }
}

impl Server<Dnsmasq> {
    /// The one name that it knows.
    pub const NAME: &'static str = "healthsdk.test";
    /// The address of that name.
    pub const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);
}

fn ask(port: u16) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    socket.send(QUESTION)?;
    let mut answer = vec![0; 512];
    let read = socket.recv(&mut answer)?;
    answer.truncate(read);
    Ok(answer)
}
