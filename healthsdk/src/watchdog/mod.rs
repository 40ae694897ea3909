//! The worker watchdog: whether the event loops of the main server's workers turn.
//!
//! Each worker stamps the time once a second, see `run/stamping.rs`; a built-in check holds the stamps against the clock.

mod files;
mod verdict;
mod workers;

pub(crate) use verdict::{Bounds, PERIOD};
pub(crate) use workers::Workers;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{Check, Component, Kind};
use verdict::Watch;

/// How long a run may take until that counts: it is short, and whoever is slow to run it has a fault of another sort.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The built-in check of these workers.
pub(crate) fn check(workers: Arc<Workers>, bounds: Bounds) -> Check {
    let watch = Mutex::new(Watch::new(bounds, Instant::now()));
    let look = move || {
        let stamps = workers.stamps();
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.look(&stamps, Instant::now(), files::read)
    };
    Check::blocking("process/workers", look)
        .kind(Kind::Liveness)
        .kind(Kind::Readiness)
        .component(Component::System)
        .description("the event loop of each worker of the main server turns")
        .interval(PERIOD)
        .retry_interval(PERIOD)
        .timeout(TIMEOUT)
        .failure_threshold(1)
        .success_threshold(1)
}
