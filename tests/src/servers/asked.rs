//! What some kinds of server are asked for beyond their life: a password, and how many clients they see.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Kind, Missing, Server};

/// What a server asks for that was started with [`Server::start_with_password`].
pub const PASSWORD: &str = "right";

const FILE: &str = "password";

/// A kind that asks its clients for a password where it was started so.
pub trait Locked: Kind {}

impl<K: Locked> Server<K> {
    /// Starts one that asks for [`PASSWORD`]; its URL is still the one without.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub fn start_with_password() -> Result<Self, Missing> {
        Self::start_from(&[(FILE, PASSWORD)], &[])
    }
}

/// The file with the password that clients of this folder's server give, where there is one.
pub(super) fn password(dir: &Path) -> Option<&'static str> {
    dir.join(FILE).is_file().then_some(PASSWORD)
}

/// A kind that tells how many clients are connected.
pub trait Counted: Kind + Sized {
    /// How many connections of clients the server has, without that which asks.
    fn connections(server: &Server<Self>) -> usize;
}

impl<K: Counted> Server<K> {
    /// How many connections of clients the server itself sees, without that which asks.
    ///
    /// # Panics
    /// Where it does not answer: it must run, have a connection to spare, and not be paused.
    #[track_caller]
    pub fn connections(&self) -> usize {
        K::connections(self)
    }
}

/// The number that a client program of the server prints.
#[track_caller]
pub(super) fn number(client: &mut Command) -> usize {
    let output = client.output().unwrap_or_else(|error| panic!("{client:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().unwrap_or_else(|_| panic!("{client:?}: {output:?}"))
}

/// How many connections from elsewhere the system holds for whoever listens on this port of 127.0.0.1, for servers that
/// tell nothing. It counts those which the server has accepted and not yet closed.
pub(super) fn sockets(port: u16) -> usize {
    const ESTABLISHED: &str = "01";
    const HALF_CLOSED: &str = "08";
    let local = format!("0100007F:{port:04X}");
    let table = fs::read_to_string("/proc/net/tcp").expect("a system with /proc");
    let held = |line: &&str| {
        let words: Vec<_> = line.split_whitespace().collect();
        matches!(words[..], [_, address, _, state, _, _, _, _, _, inode, ..]
            if address == local && inode != "0" && [ESTABLISHED, HALF_CLOSED].contains(&state))
    };
    table.lines().filter(held).count()
}
