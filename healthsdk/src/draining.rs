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
    /// For `HttpServer::shutdown_signal`: on SIGTERM or SIGINT readiness answers 503 at once, and the future resolves after the
    /// drain delay, when actix-web begins its graceful stop. Liveness and startup stay as they are.
    ///
    /// There is no delay while the service is still starting, nor for SIGINT where standard input is a terminal. Signals within 1 s of the first
    /// and further SIGTERMs change nothing. A later SIGINT ends the delay and all holds, and one more, while requests are still under way,
    /// ends the process with code 130.
    ///
    /// Signals are handled from this call on, on a thread of their own.
    ///
    /// ```no_run
    /// # use actix_web::{App, HttpServer};
    /// # use healthsdk::Monitor;
    /// # async fn f(monitor: Monitor) -> std::io::Result<()> {
    /// let (probes, drain) = (monitor.probes(), monitor.drain_middleware());
    /// HttpServer::new(move || App::new().wrap(drain.clone()).configure(probes.clone()))
    ///     .shutdown_signal(monitor.shutdown_signal())
    ///     .shutdown_timeout(monitor.shutdown_timeout())
    ///     .bind(("0.0.0.0", 8080))?
    ///     .run()
    ///     .await
    /// # }
    /// ```
    pub fn shutdown_signal(&self) -> impl Future<Output = ()> + Send + 'static {
        self.shutdown().signal()
    }

    /// For `HttpServer::shutdown_timeout`, in seconds: what the drain delay leaves of the grace period, less 2 s for the process
    /// itself to end. By default 18.
    pub fn shutdown_timeout(&self) -> u64 {
        self.shutdown().budget().shutdown_timeout()
    }

    /// Begins what SIGTERM begins, from code: readiness answers 503 from the return of this call on, and what
    /// [`shutdown_signal`](Self::shutdown_signal) gave resolves after the drain delay. Irrevocable; a second call, or a signal that
    /// follows, changes nothing.
    pub fn drain(&self) {
        self.shutdown().begin(Cause::Call);
    }

    /// Waits until the drain begins: for websockets, streams and jobs, which end themselves then.
    pub async fn draining(&self) {
        self.reached(Lifecycle::Draining).await;
    }

    /// Delays the stop until the guard is dropped, at most as long as the grace period allows. What is held then is named
    /// in the log as cut.
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
    pub fn hold(&self, job: impl Into<String>) -> Hold {
        Hold::new(Arc::clone(self.shutdown()), job.into())
    }
}
