use std::{io, sync::OnceLock};

use tokio::runtime::{Builder, Runtime};

/// The runtime that carries sockets, timers and tasks which checks make. It polls no check, so that a check that blocks stops
/// nobody's sockets, and it is never dropped, so that a connection which a check opened for the application's pool outlives
/// the monitor.
///
/// # Errors
/// Where its thread cannot be started.
pub(super) fn driver() -> io::Result<&'static Runtime> {
    static DRIVER: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = DRIVER.get() {
        return Ok(runtime);
    }
    let runtime =
        Builder::new_multi_thread().worker_threads(1).thread_name("health-io").enable_all().build()?;
    if let Err(superfluous) = DRIVER.set(runtime) {
        superfluous.shutdown_background();
    }
    Ok(DRIVER.get().expect("it was set just now, or by another thread"))
}
