use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use healthsdk::{Check, Kind, Outcome};

use crate::eventually;

const LONG: Duration = Duration::from_mins(1);
const PERIOD: Duration = Duration::from_millis(10);

/// A check for readiness that passes, until a run of it is held; it fails as soon as the test says so, without thresholds.
#[derive(Clone, Debug, Default)]
pub struct Held(Arc<State>);

#[derive(Debug, Default)]
struct State {
    runs: AtomicU64,
    holds: AtomicBool,
    is_held: AtomicBool,
    fails: AtomicBool,
    /// Runs that have failed.
    failed: AtomicU64,
}

impl Held {
    /// The check of this name, run every 10 ms.
    pub fn check(&self, name: &str) -> Check {
        let state = Arc::clone(&self.0);
        let check = Check::new(name.to_owned(), move || run(Arc::clone(&state))).kind(Kind::Readiness);
        let check = check.timeout(LONG).interval(PERIOD).retry_interval(PERIOD);
        check.failure_threshold(1).success_threshold(1)
    }

    /// Waits until a run is held.
    pub fn hold(&self) {
        self.0.holds.store(true, Ordering::SeqCst);
        eventually("a run is under way", LONG, || self.0.is_held.load(Ordering::SeqCst));
    }

    /// Has that run fail, and waits until it has.
    pub fn fail(&self) {
        self.0.fails.store(true, Ordering::SeqCst);
        eventually("it has failed", LONG, || self.0.failed.load(Ordering::SeqCst) > 0);
    }

    /// How many runs have begun.
    pub fn runs(&self) -> u64 {
        self.0.runs.load(Ordering::SeqCst)
    }
}

async fn run(state: Arc<State>) -> Outcome {
    state.runs.fetch_add(1, Ordering::SeqCst);
    if !state.holds.load(Ordering::SeqCst) {
        return Outcome::ok();
    }
    state.is_held.store(true, Ordering::SeqCst);
    while !state.fails.load(Ordering::SeqCst) {
        tokio::time::sleep(PERIOD).await;
    }
    state.failed.fetch_add(1, Ordering::SeqCst);
    Outcome::error("unplugged")
}
