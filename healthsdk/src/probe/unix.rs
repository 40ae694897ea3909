//! Sockets with a place in the file system.

use std::{
    io,
    os::unix::net::{SocketAddr, UnixStream},
    path::Path,
    time::Duration,
};

use super::dial::Stream;

/// Whether a socket can be there at all.
pub(super) fn check(socket: &str) -> Result<(), String> {
    if socket.is_empty() {
        return Err("no socket is named; write `unix:/run/my-service.sock`".to_owned());
    }
    SocketAddr::from_pathname(socket)
        .map(drop)
        .map_err(|error| format!("no socket can be at `{}`: {error}", socket.escape_debug()))
}

/// Waits for a place in the listener's queue, with no limit.
pub(super) fn dial(socket: &Path) -> io::Result<Box<dyn Stream>> {
    Ok(Box::new(UnixStream::connect(socket)?))
}

impl Stream for UnixStream {
    fn bound(&self, left: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}
