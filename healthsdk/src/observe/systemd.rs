//! What is told of the notifications to systemd.

use std::io;

use tracing::{error, info, warn};

pub(crate) fn not_notified(error: &io::Error) {
    error!(%error, "systemd cannot be notified: {error}");
}

pub(crate) fn watchdog_silent(live: bool) {
    if live {
        warn!("systemd's watchdog is not pinged: the health checks' own clock is late");
    } else {
        warn!("systemd's watchdog is not pinged: liveness is error; systemd will restart the service");
    }
}

pub(crate) fn watchdog_resumed() {
    info!("systemd's watchdog is pinged again");
}
