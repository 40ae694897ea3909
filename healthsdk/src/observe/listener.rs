//! What is told of the probes' own port.

use std::io;

use tracing::{error, info, warn};

use crate::text::plain;

pub(crate) fn listening(address: &str) {
    let address = &*plain(address);
    info!(address, "health probes are served on {address} as well");
}

/// The main server accepts no connections, with the reason, or does so again.
pub(crate) fn main_server(fault: Option<&str>) {
    if let Some(fault) = fault.map(plain).as_deref() {
        warn!(reason = fault, "not ready: {fault}");
    } else {
        info!("the main server accepts connections again");
    }
}

pub(crate) fn no_listener(address: &str, error: &io::Error) {
    let address = &*plain(address);
    error!(address, %error, "health probes are no longer served on {address}: {error}");
}
