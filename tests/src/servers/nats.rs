use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::asked::password;
use super::{Counted, Kind, Locked, Server, find};
use crate::http;
use crate::port::kept_port;

const MONITOR: &str = "monitor";

/// See [`super::Nats`].
#[derive(Debug)]
pub struct Nats;

impl Kind for Nats {
    const BINARY: &'static str = "nats-server";
    const PACKAGE: &'static str = "nats-server";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--addr", "127.0.0.1", "--port", &port.to_string()]);
        command
            .args(["--http_port", &kept_port(dir, MONITOR).to_string(), "--jetstream", "--store_dir"])
            .arg(dir);
        if let Some(password) = password(dir) {
            command.args(["--user", "test", "--pass", password]);
        }
        command
    }

    fn answers(port: u16) -> bool {
        greeting(port).is_ok_and(|word| word == *b"INFO ")
    }

    fn url(port: u16) -> String {
        format!("nats://127.0.0.1:{port}")
    }
}

impl Locked for Nats {}

impl Counted for Nats {
    fn connections(server: &Server<Self>) -> usize {
        let connections = server.monitor("/connz")["num_connections"].as_u64();
        connections.and_then(|number| number.try_into().ok()).expect("it tells the number")
    }
}

impl Server<Nats> {
    /// What it tells on the port of its monitoring, such as at `/varz`.
    ///
    /// # Panics
    /// Where it does not answer.
    #[track_caller]
    pub fn monitor(&self, path: &str) -> Value {
        let port = kept_port(self.dir(), MONITOR);
        let answer = http::get((Ipv4Addr::LOCALHOST, port).into(), path);
        serde_json::from_str(answer.text()).expect("the answer is JSON")
    }
}

/// The server speaks first.
fn greeting(port: u16) -> io::Result<[u8; 5]> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut word = [0; 5];
    stream.read_exact(&mut word)?;
    Ok(word)
}
