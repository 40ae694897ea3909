use std::{
    fmt::Display,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    BuildError, Lifecycle, MonitorBuilder, Report, Selection, StartupGate,
    actix::{Details, Dialect, Listeners, Paths},
    drain::Budget,
    observe,
    process::Holding,
    run::{Engine, Reader, Shutdown},
    transitions::Subscribers,
};

/// Whether a monitor was ever built, so that the global one does not stand in.
static BUILT: AtomicBool = AtomicBool::new(false);

/// The running checks. Cheap to clone; when the last clone is dropped, the checks end, without being waited for.
#[derive(Clone, Debug)]
pub struct Monitor(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    engine: Arc<Engine>,
    subscribers: Arc<Subscribers>,
    shutdown: Arc<Shutdown>,
    details: Details,
    paths: Paths,
    dialect: Dialect,
    listeners: Arc<Listeners>,
    /// Of the crate itself, which keeps nothing alive.
    inside: bool,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if !self.inside {
            self.shutdown.close();
            self.engine.close();
            self.listeners.close();
        }
    }
}

impl Monitor {
    /// Starts to describe a monitor.
    pub fn builder() -> MonitorBuilder {
        MonitorBuilder::new()
    }

    /// The monitor of all linked checks, for services whose checks take no data. Started at the first call; never dropped.
    ///
    /// # Errors
    /// As [`MonitorBuilder::build`]; the same at every call.
    pub fn global() -> Result<Self, BuildError> {
        static GLOBAL: OnceLock<Result<Monitor, Vec<String>>> = OnceLock::new();
        let built = GLOBAL.get_or_init(|| {
            Self::builder().start().map_err(|error| error.faults().map(str::to_owned).collect())
        });
        built.clone().map_err(BuildError::new)
    }

    /// The global monitor, unless the process ever built one of its own: then a route without one is a mistake.
    pub(crate) fn stand_in() -> Result<Self, Option<BuildError>> {
        if BUILT.load(Ordering::Acquire) {
            return Err(None);
        }
        Self::global().map_err(Some)
    }

    /// What the selected checks say now. Waits for first answers and on-demand checks, at most the deadline. Who asks counts as
    /// serving, as the probes do.
    ///
    /// # Panics
    /// Outside a tokio runtime, which every actix-web handler is in.
    pub async fn report(&self, selection: impl Into<Selection>) -> Report {
        let selection = selection.into();
        self.engine().serving();
        self.engine().read(&selection, Reader::new(true)).await.report(&selection)
    }

    /// What the process as a whole is doing.
    pub fn lifecycle(&self) -> Lifecycle {
        self.engine().lifecycle()
    }

    /// Waits until the lifecycle is this, or a later one.
    ///
    /// ```
    /// # use healthsdk::{Lifecycle, Monitor};
    /// # async fn f(monitor: Monitor) {
    /// monitor.reached(Lifecycle::Ready).await;
    /// // register with the service discovery
    /// # }
    /// ```
    pub async fn reached(&self, lifecycle: Lifecycle) {
        let mut transitions = self.engine().transitions();
        // The engine, and so the sender, lives as long as `self`.
        let _ = transitions.wait_for(|now| *now >= lifecycle).await;
    }

    /// Closes a gate: `/readyz` and `/startupz` answer 503 until it is released, and every startup check has passed once.
    /// To be called before the server runs: once the service is ready, a gate is let go at once, with a warning in the log.
    ///
    /// ```
    /// # use healthsdk::Monitor;
    /// # async fn warm() -> Result<(), std::io::Error> { Ok(()) }
    /// # async fn f(monitor: Monitor) {
    /// let gate = monitor.startup_gate("cache-warm");
    /// actix_web::rt::spawn(async move {
    ///     match warm().await {
    ///         Ok(()) => gate.done(),
    ///         Err(error) => gate.failed(error), // and start with a cold one
    ///     }
    /// });
    /// # }
    /// ```
    pub fn startup_gate(&self, name: impl AsRef<str>) -> StartupGate {
        StartupGate::close(Arc::clone(&self.0.engine), name.as_ref())
    }

    /// Takes the service out of traffic for a reason of its own, or back in. The reason is logged, and told to authorised
    /// callers. Nothing brings a service back that drains.
    pub fn set_ready(&self, ready: bool, reason: impl Display) {
        let reason = self.engine().redactor().reason(&reason);
        let held = (!ready).then(|| reason.clone());
        let flips = self.engine().steer(|process, now| process.hold(Holding::Service, held, now));
        if flips && self.lifecycle() < Lifecycle::Draining {
            self.engine().tell(move || observe::set_ready(ready, &reason));
        }
    }

    pub(crate) fn new(
        engine: Arc<Engine>,
        subscribers: Arc<Subscribers>,
        budget: Budget,
        details: Details,
        paths: Paths,
        dialect: Dialect,
        listeners: Listeners,
    ) -> Self {
        let shutdown = Arc::new(Shutdown::new(Arc::clone(&engine), budget));
        let listeners = Arc::new(listeners);
        Self(Arc::new(Handle {
            engine,
            subscribers,
            shutdown,
            details,
            paths,
            dialect,
            listeners,
            inside: false,
        }))
    }

    /// The same for a thread of the crate's own: when the last clone outside is dropped, everything ends, whoever holds this.
    pub(crate) fn inside(&self) -> Self {
        let Handle { engine, subscribers, shutdown, details, paths, dialect, listeners, inside: _ } =
            &*self.0;
        Self(Arc::new(Handle {
            engine: Arc::clone(engine),
            subscribers: Arc::clone(subscribers),
            shutdown: Arc::clone(shutdown),
            details: details.clone(),
            paths: paths.clone(),
            dialect: dialect.clone(),
            listeners: Arc::clone(listeners),
            inside: true,
        }))
    }

    /// From now on the global monitor does not stand in.
    pub(crate) fn built() {
        BUILT.store(true, Ordering::Release);
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    pub(crate) fn subscribers(&self) -> &Subscribers {
        &self.0.subscribers
    }

    pub(crate) fn shutdown(&self) -> &Arc<Shutdown> {
        &self.0.shutdown
    }

    pub(crate) fn listeners(&self) -> &Listeners {
        &self.0.listeners
    }

    pub(crate) fn details(&self) -> &Details {
        &self.0.details
    }

    pub(crate) fn dialect(&self) -> &Dialect {
        &self.0.dialect
    }

    pub(crate) fn paths(&self) -> &Paths {
        &self.0.paths
    }
}
