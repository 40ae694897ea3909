use std::{path::PathBuf, time::Duration};

use super::MonitorBuilder;
use crate::watchdog::Bounds;

impl MonitorBuilder {
    /// Watches the workers of the main server, with the default bounds: one whose event loop has not turned for 10 s
    /// makes the entry `process/workers` degraded, and after 60 s liveness and readiness answer 503. See
    /// [`watch_workers_after`](Self::watch_workers_after).
    pub fn watch_workers(self) -> Self {
        self.watch(Bounds::default())
    }

    /// Watches the workers of the main server: every server whose `App` has [`probes`](crate::Monitor::probes) or
    /// [`without_probes`](crate::Monitor::without_probes). Default: nobody does.
    ///
    /// A worker on which a handler blocks answers nothing, and takes every connection that it is given. `degraded`
    /// and `error` are how long its event loop may stand still until the entry `process/workers` is degraded, and
    /// until it is an error, for which liveness and readiness answer 503. It stays degraded, with the reason, where
    /// the worker is not to blame: on Linux, the cgroup throttles the process more and more, or a debugger is
    /// attached. Where the process as a whole stood still, the count begins anew.
    ///
    /// The main server's own probes may be on the stalled worker: only those of
    /// [`Monitor::serve`](crate::Monitor::serve) answer for certain.
    ///
    /// Building the monitor fails where `degraded` is less than 2 s, or not less than `error`.
    pub fn watch_workers_after(self, degraded: Duration, error: Duration) -> Self {
        self.watch(Bounds { degraded, error })
    }

    /// While this file exists, readiness answers 503, and the entry `process/maintenance` has its first line as the
    /// message, 200 bytes at most. It is looked for once a second. Default: none.
    ///
    /// What cannot be looked for, because a folder above it may not be entered, is degraded. What takes more than 5 s
    /// to look at is an error.
    pub fn maintenance_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.maintenance = Some(path.into());
        self
    }

    fn watch(mut self, bounds: Bounds) -> Self {
        self.watch = Some(bounds);
        self
    }
}
