mod notifier;
mod socket;
mod status;
mod watchdog;

use std::{io, thread};

use tokio::runtime::Builder;

use self::notifier::Notifier;
use crate::Monitor;

impl Monitor {
    /// Tells systemd, from a thread of its own, what the service does: for units with `Type=notify` and `WatchdogSec=`.
    /// False where nobody listens, because `NOTIFY_SOCKET` is not set: then nothing is done.
    ///
    /// - `READY=1` once the lifecycle is [`Ready`](crate::Lifecycle::Ready), `STOPPING=1` when the drain begins.
    /// - `STATUS=` whenever it changes: whether the service is ready, and which checks are not ok. Names and states in at
    ///   most 200 bytes, no messages, because every user of the machine may read them in `systemctl status`.
    /// - `WATCHDOG=1` each half of `WATCHDOG_USEC`, where systemd asks for it of this process, as long as liveness is not
    ///   error and the checks' own clock is on time. Otherwise there is none, and systemd restarts the service.
    ///
    /// The environment stays as it is: what the service starts inherits `NOTIFY_SOCKET`.
    ///
    /// It ends when the last clone of the monitor is dropped, and the pings with it: keep one until the process ends.
    /// Available on Linux.
    ///
    /// ```no_run
    /// # use healthsdk::Monitor;
    /// # fn f(monitor: Monitor) -> std::io::Result<()> {
    /// monitor.notify_systemd()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Where the socket cannot be reached, a thread cannot be started, or a monitor of this process notifies systemd already.
    pub fn notify_systemd(&self) -> io::Result<bool> {
        if !socket::is_named() {
            return Ok(false);
        }
        let mut notifier = Notifier::new(self.engine())?;
        notifier.begin(self.engine())?;
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let run = move || runtime.block_on(notifier.run());
        thread::Builder::new().name("health-systemd".to_owned()).spawn(run)?;
        Ok(true)
    }
}
