use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    BuildError, MonitorBuilder, Report, Selection,
    actix::{Details, Paths},
    run::Engine,
};

/// Whether a monitor was ever built, so that the global one does not stand in.
static BUILT: AtomicBool = AtomicBool::new(false);

/// The running checks. Cheap to clone; when the last clone is dropped, the checks end, without being waited for.
#[derive(Clone, Debug)]
pub struct Monitor(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    engine: Arc<Engine>,
    details: Details,
    paths: Paths,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.engine.close();
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
        self.engine().read(&selection, true).await.report(&selection)
    }

    pub(crate) fn new(engine: Arc<Engine>, details: Details, paths: Paths) -> Self {
        Self(Arc::new(Handle { engine, details, paths }))
    }

    /// From now on the global monitor does not stand in.
    pub(crate) fn built() {
        BUILT.store(true, Ordering::Release);
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn details(&self) -> &Details {
        &self.0.details
    }

    pub(crate) fn paths(&self) -> &Paths {
        &self.0.paths
    }
}
