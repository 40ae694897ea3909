use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::mode::Mode;
use crate::spec::Spec;

/// The switch and the counts of every check.
#[derive(Debug)]
pub(super) struct Board {
    desks: BTreeMap<&'static str, Arc<Desk>>,
    tasks: Arc<AtomicUsize>,
}

/// Those of one.
#[derive(Debug)]
pub(super) struct Desk {
    mode: Mutex<Mode>,
    runs: AtomicU64,
    running: AtomicU32,
    peak: AtomicU32,
    tasks: Arc<AtomicUsize>,
}

/// A run, while it lasts.
#[derive(Debug)]
pub(super) struct Running(Arc<Desk>);

impl Board {
    pub(super) fn of(specs: &[Spec]) -> Self {
        let tasks = Arc::new(AtomicUsize::new(0));
        let desk = |spec: &Spec| (spec.name, Arc::new(Desk::new(spec, Arc::clone(&tasks))));
        Self { desks: specs.iter().map(desk).collect(), tasks: Arc::clone(&tasks) }
    }

    pub(super) fn desk(&self, name: &str) -> Option<&Arc<Desk>> {
        self.desks.get(name)
    }

    /// What is told of them all.
    pub(super) fn counts(&self) -> Value {
        let counts = |desk: &Desk| json!({ "runs": desk.runs.load(SeqCst), "peak": desk.peak.load(SeqCst) });
        let checks: BTreeMap<_, _> = self.desks.iter().map(|(name, desk)| (*name, counts(desk))).collect();
        json!({ "checks": checks, "tasks": self.tasks.load(SeqCst) })
    }
}

impl Desk {
    fn new(spec: &Spec, tasks: Arc<AtomicUsize>) -> Self {
        // What has to be done before a start has not been done yet.
        let mode = if spec.name == "migrated" { Mode::Fail } else { Mode::Pass };
        let (runs, running, peak) = (AtomicU64::new(0), AtomicU32::new(0), AtomicU32::new(0));
        Self { mode: Mutex::new(mode), runs, running, peak, tasks }
    }

    pub(super) fn mode(&self) -> Mode {
        *self.switch()
    }

    pub(super) fn set(&self, mode: Mode) {
        *self.switch() = mode;
    }

    /// Counts a run, and how many there are of this check.
    pub(super) fn run(self: &Arc<Self>) -> Running {
        self.runs.fetch_add(1, SeqCst);
        let running = self.running.fetch_add(1, SeqCst) + 1;
        self.peak.fetch_max(running, SeqCst);
        // Of the runtime that the library has for checks.
        self.tasks.store(tokio::runtime::Handle::current().metrics().num_alive_tasks(), SeqCst);
        Running(Arc::clone(self))
    }

    fn switch(&self) -> MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}
