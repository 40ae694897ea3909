use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::asked::number;
use super::{Counted, Kind, Server, find};

const INIT: &str = "CREATE DATABASE IF NOT EXISTS test;\n";
/// Not the threads of the server's own.
const CLIENTS: &str = "SELECT COUNT(*) FROM information_schema.processlist \
    WHERE id <> CONNECTION_ID() AND user <> 'system user'";

/// See [`super::Mariadb`].
#[derive(Debug)]
pub struct Mariadb;

impl Kind for Mariadb {
    const BINARY: &'static str = "mariadbd";
    const PACKAGE: &'static str = "mariadb-server";

    fn find() -> Option<PathBuf> {
        find::on_path(Self::BINARY)
    }

    fn prepare(_binary: &Path, dir: &Path) {
        let output = Command::new("mariadb-install-db")
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
            .args(["--innodb-log-file-size=4M", "--user=root"])
            .arg(format!("--datadir={}", dir.join("data").display()))
            .current_dir(dir)
            .output()
            .expect("mariadb-install-db runs");
        assert!(output.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(dir.join("init.sql"), INIT).expect("the folder can be written");
    }

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = Command::new(binary);
        command.args(["--no-defaults", "--user=root", "--bind-address=127.0.0.1", &format!("--port={port}")]);
        for (option, file) in
            [("datadir", "data"), ("socket", "socket"), ("pid-file", "pid"), ("init-file", "init.sql")]
        {
            command.arg(format!("--{option}={}", dir.join(file).display()));
        }
        command.args([
            "--innodb-log-file-size=4M",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-name-resolve",
        ]);
        command
    }

    fn answers(port: u16) -> bool {
        greeting(port).unwrap_or(false)
    }

    fn url(port: u16) -> String {
        format!("mysql://root@127.0.0.1:{port}/test")
    }
}

impl Counted for Mariadb {
    fn connections(server: &Server<Self>) -> usize {
        let mut client = Command::new("mariadb");
        client.args(["--no-defaults", "--host=127.0.0.1", "--protocol=tcp", "--user=root"]);
        number(client.arg(format!("--port={}", server.port())).args([
            "--skip-column-names",
            "--execute",
            CLIENTS,
        ]))
    }
}

/// The server speaks first: a packet with the version of its protocol, or with an error.
fn greeting(port: u16) -> io::Result<bool> {
    const VERSION: u8 = 10;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    Ok(head[4] == VERSION)
}
