//! The certificates of a TLS server: `HAProxy`.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use healthsdk::{Check, checks};
use healthsdk_tests::servers::{Kind, Server, client};
use rcgen::{CertificateParams, KeyPair};

use crate::case::Case;
use crate::subject::{Subject, uncounted};

/// What the server presents.
pub fn presented() -> Case {
    Case::new("tls", |_| Ok(uncounted(Server::<Haproxy>::start()?)), |port| async move { Presented(port) })
        .round_trips(3, "")
        .connections(1, "a server shows its certificates at the beginning of a connection alone")
}

struct Presented(u16);

impl Subject for Presented {
    // Not `of`, which has an interval.
    fn check(&self) -> Check {
        let port = self.0;
        Check::new("tls", move || checks::tls::expiry("127.0.0.1", port))
    }
}

const CONFIG: &str = "\
global
    nbthread 1
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend front
    bind \"127.0.0.1:${PORT}\" ssl crt tls.pem
";

#[derive(Debug)]
struct Haproxy;

impl Kind for Haproxy {
    const BINARY: &'static str = "haproxy";
    const PACKAGE: &'static str = "haproxy";

    fn find() -> Option<PathBuf> {
        client(Self::BINARY, Self::PACKAGE).ok()
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("the name is good");
        let now = std::time::SystemTime::now();
        let days = |days: u32| Duration::from_hours(24) * days;
        (params.not_before, params.not_after) = ((now - days(30)).into(), (now + days(60)).into());
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.self_signed(&key).expect("it signs itself");
        let pem = certificate.pem() + &key.serialize_pem();
        fs::write(dir.join("tls.pem"), pem).expect("the folder can be written");
        fs::write(dir.join("haproxy.cfg"), CONFIG).expect("the folder can be written");
    }

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["-db", "-f", "haproxy.cfg"]).env("PORT", port.to_string());
        command
    }

    /// It answers what is no handshake with an alert, or closes.
    fn answers(port: u16) -> bool {
        let ask = || {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.write_all(b"?\r\n\r\n")?;
            stream.read(&mut [0; 64])
        };
        ask().is_ok()
    }

    fn url(port: u16) -> String {
        format!("https://127.0.0.1:{port}")
    }
}
