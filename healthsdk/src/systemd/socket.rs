use std::{
    env, io,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
};

use sd_notify::NotifyState;

const NAME: &str = "NOTIFY_SOCKET";

/// Whether somebody listens.
pub(super) fn is_named() -> bool {
    env::var_os(NAME).is_some()
}

/// Sends it all in one datagram.
pub(super) fn send(states: &[NotifyState<'_>]) -> io::Result<()> {
    let name = env::var_os(NAME).unwrap_or_default();
    // The crate knows no abstract sockets.
    let Some(name) = name.as_bytes().strip_prefix(b"@") else { return sd_notify::notify(states) };
    let lines = states.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let socket = UnixDatagram::unbound()?;
    socket.send_to_addr(lines.as_bytes(), &SocketAddr::from_abstract_name(name)?).map(drop)
}
