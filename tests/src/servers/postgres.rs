use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::unistd::{Uid, User};

use super::asked::{number, password};
use super::{Counted, Kind, Locked, Missing, Server, find};

/// Version 3.0 of the protocol, then the user and the database.
const STARTUP: &[u8] = b"\0\x03\0\0user\0test\0database\0postgres\0\0";
/// Not the processes of the server's own.
const CLIENTS: &str = "SELECT count(*) FROM pg_stat_activity \
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
/// The code of a message about authentication when there is nothing more to prove.
const LOGGED_IN: [u8; 4] = [0; 4];
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// See [`super::Postgres`].
#[derive(Debug)]
pub struct Postgres;

impl Kind for Postgres {
    const BINARY: &'static str = "postgres";
    const PACKAGE: &'static str = "postgresql";
    /// A killed server leaves its segment of shared memory, whose id is in line 7, and of which a system has few.
    const TIDY: &'static str = r#"
        ipcrm -m "$(awk 'NR == 7 { print $2 }' "$1/data/postmaster.pid")"
        rm -rf "$1"
    "#;

    fn find() -> Option<PathBuf> {
        find::postgres_folder().map(|folder| folder.join(Self::BINARY))
    }

    fn prepare(binary: &Path, dir: &Path) {
        if let Some(user) = other_user() {
            chown(dir, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("root gives folders away");
        }
        let mut initdb = as_user(&binary.with_file_name("initdb"));
        initdb.args(["--username=test", "--no-sync", "--locale=C", "--encoding=UTF8", "--pgdata"]);
        initdb.arg(dir.join("data")).current_dir(dir);
        match password(dir) {
            Some(_) => initdb.args(["--auth=scram-sha-256", "--pwfile=password"]),
            None => initdb.arg("--auth=trust"),
        };
        let output = initdb.output().expect("initdb runs");
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(binary: &Path, dir: &Path, port: u16) -> Command {
        let mut command = as_user(binary);
        command.arg("-D").arg(dir.join("data")).args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            // In the folder, so that a killed server leaves none behind.
            "dynamic_shared_memory_type=mmap",
        ] {
            command.args(["-c", setting]);
        }
        command
    }

    fn answers(port: u16) -> bool {
        connect(port).unwrap_or(false)
    }

    fn url(port: u16) -> String {
        format!("postgres://test@127.0.0.1:{port}/postgres")
    }
}

impl Locked for Postgres {}

impl Counted for Postgres {
    fn connections(server: &Server<Self>) -> usize {
        let mut client = Command::new("psql");
        client.args(["--no-psqlrc", "--no-align", "--tuples-only", "--command", CLIENTS, &server.url()]);
        number(client.env("PGPASSWORD", password(server.dir()).unwrap_or_default()))
    }
}

impl Server<Postgres> {
    /// Starts one which refuses all connections beyond these, that of [`connections`](Server::connections) among them.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with_connections(most: usize) -> Result<Self, Missing> {
        let most = format!("max_connections={most}");
        Self::start_with(&["-c", &most, "-c", "superuser_reserved_connections=0", "-c", "max_wal_senders=0"])
    }
}

/// The server refuses to run as root.
fn other_user() -> Option<User> {
    let find =
        || User::from_name("postgres").ok().flatten().expect("the package postgresql brings a user postgres");
    Uid::effective().is_root().then(find)
}

fn as_user(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    if let Some(user) = other_user() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

/// Logs in, and tells whether the server is ready for a query, or asks for a password: it does neither while it starts.
fn connect(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let length = u32::try_from(STARTUP.len() + 4).expect("the message is short");
    stream.write_all(&[&length.to_be_bytes(), STARTUP].concat())?;
    let mut code = [0; 4];
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        match kind {
            b'Z' => return stream.write_all(TERMINATE).map(|()| true),
            b'E' => return Ok(false),
            b'R' => stream.read_exact(&mut code)?,
            _ => {}
        }
        if code != LOGGED_IN {
            return Ok(true);
        }
        let read = if kind == b'R' { 8 } else { 4 };
        let rest = u64::from(u32::from_be_bytes(length)).saturating_sub(read);
        io::copy(&mut Read::by_ref(&mut stream).take(rest), &mut io::sink())?;
    }
}
