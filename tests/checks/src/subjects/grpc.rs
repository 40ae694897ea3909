//! gRPC: a service of its own process, with the health service of this project.

use std::env;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use healthsdk::{Check, checks};
use healthsdk_tests::servers::{Kind, Server};
use tonic::transport::{Channel, Endpoint};

use crate::case::Case;
use crate::subject::{Subject, uncounted};

/// A channel of tonic.
pub fn tonic() -> Case {
    Case::new(
        "tonic",
        |_| Ok(uncounted(Server::<Upstream>::start()?)),
        |port| async move { Caller::new(port) },
    )
}

struct Caller(Channel);

impl Caller {
    fn new(port: u16) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("a legal address");
        Self(endpoint.connect_lazy())
    }
}

impl Subject for Caller {
    fn check(&self) -> Check {
        checks::tonic::of("grpc", self.0.clone(), "stock")
    }
}

/// The binary of this package.
#[derive(Debug)]
struct Upstream;

impl Kind for Upstream {
    const BINARY: &'static str = "upstream";
    const PACKAGE: &'static str = "none: cargo builds it";

    /// Beside the folder of the tests' own binaries.
    fn find() -> Option<PathBuf> {
        let test = env::current_exe().ok()?;
        Some(test.parent()?.parent()?.join(Self::BINARY)).filter(|file| file.is_file())
    }

    fn prepare(_binary: &Path, _dir: &Path) {}

    fn command(binary: &Path, _dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.arg(port.to_string());
        command
    }

    fn answers(port: u16) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}
