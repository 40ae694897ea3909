use std::sync::Arc;

use crate::{Lifecycle, Monitor, drain::Cause, run::Shutdown};

/// Work that the process finishes before it stops, as long as the grace period allows. Made by
/// [`Monitor::hold`](crate::Monitor::hold); dropping it is the end of the work.
#[must_use = "dropping it is the end of the work"]
#[derive(Debug)]
pub struct Hold {
    shutdown: Arc<Shutdown>,
    id: u64,
}

impl Hold {
    pub(crate) fn new(shutdown: Arc<Shutdown>, job: String) -> Self {
        let id = shutdown.hold(job);
        Self { shutdown, id }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shutdown.release(self.id);
    }
}

impl Monitor {
    /// For `HttpServer::shutdown_timeout`, in seconds: what the drain delay leaves of the grace period, less 2 s for the process
    /// itself to end. By default 18.
    pub fn shutdown_timeout(&self) -> u64 {
        self.shutdown().budget().shutdown_timeout()
    }

    /// Begins what SIGTERM begins, from code: readiness answers 503 from the return of this call on, and what
    /// [`shutdown_signal`](Self::shutdown_signal) gave resolves after the drain delay. Irrevocable; a second call changes nothing, and a
    /// SIGTERM that follows does not start the time again.
    pub fn drain(&self) {
        self.shutdown().begin(Cause::Call);
    }

    /// Waits until the drain begins: for websockets, streams and jobs, which end themselves then.
    pub async fn draining(&self) {
        self.reached(Lifecycle::Draining).await;
    }

    /// Delays the stop until the guard is dropped, at most as long as the grace period allows: until 5 s before its end (less 2 s), or for half
    /// of what the drain delay leaves of it, where that is longer.
    /// What is held then is named in the log. A hold that is taken later delays nothing.
    ///
    /// ```
    /// # use healthsdk::Monitor;
    /// # async fn export() {}
    /// # async fn f(monitor: Monitor) {
    /// let hold = monitor.hold("export");
    /// export().await;
    /// drop(hold);
    /// # }
    /// ```
    pub fn hold(&self, job: impl AsRef<str>) -> Hold {
        Hold::new(Arc::clone(self.shutdown()), self.engine().redactor().label(job.as_ref()))
    }
}
