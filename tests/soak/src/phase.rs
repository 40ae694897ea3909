use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How far a soak is, and what went wrong with the soak itself.
#[derive(Debug, Default)]
pub(crate) struct Phase {
    probed: OnceLock<Instant>,
    traffic: AtomicBool,
    over: AtomicBool,
    faults: Mutex<Vec<String>>,
}

/// Ends all when it goes, so that whoever waits for the end need not for ever.
#[derive(Debug)]
pub(crate) struct Ending<'a>(pub(crate) &'a Phase);

impl Phase {
    /// Whether faults and probes go on.
    pub(crate) fn is_probed(&self) -> bool {
        self.probed.get().is_none()
    }

    pub(crate) fn sends_traffic(&self) -> bool {
        !self.traffic.load(SeqCst)
    }

    /// Whether everything is over.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(SeqCst)
    }

    pub(crate) fn probed_for(&self, began: Instant) -> Duration {
        self.probed.get().map_or_else(|| began.elapsed(), |end| end.saturating_duration_since(began))
    }

    pub(crate) fn end_probing(&self) {
        self.probed.get_or_init(Instant::now);
    }

    pub(crate) fn end_traffic(&self) {
        self.traffic.store(true, SeqCst);
    }

    /// What the soak cannot go on after.
    pub(crate) fn fail(&self, fault: impl Display) {
        println!("ERROR {fault}");
        self.lock().push(fault.to_string());
        self.end_probing();
    }

    pub(crate) fn has_failed(&self) -> bool {
        !self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end_probing();
        self.0.end_traffic();
        self.0.over.store(true, SeqCst);
    }
}
