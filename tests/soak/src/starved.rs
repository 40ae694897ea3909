use std::collections::HashMap;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::Pid;

use crate::shared::Shared;

const PERIOD: Duration = Duration::from_millis(100);
/// What is shorter costs nobody anything.
const LEAST: Duration = Duration::from_millis(5);

/// How long threads of the service and of the soak waited for a processor, as the kernel counts it: a thread that hangs or sleeps does not wait
/// for one.
#[derive(Debug, Default)]
pub(crate) struct Starved(Mutex<Vec<Wait>>);

/// The longest of one look.
#[derive(Clone, Copy, Debug)]
struct Wait {
    from: Instant,
    to: Instant,
    waited: Duration,
}

impl Starved {
    /// Looks until the soak ends.
    pub(crate) fn run(&self, service: Pid, shared: &Shared) {
        let processes = [service, Pid::this()];
        let mut before = processes.map(waits);
        let mut from = Instant::now();
        while !shared.phase.is_over() {
            thread::sleep(PERIOD);
            let (now, to) = (processes.map(waits), Instant::now());
            let waited = before.iter().zip(&now).map(|(before, now)| longest(before, now)).sum();
            if waited > LEAST {
                self.lock().push(Wait { from, to, waited });
            }
            (before, from) = (now, to);
        }
    }

    /// How long they waited in all that time, each look at its worst.
    pub(crate) fn total(&self, from: Instant, to: Instant) -> Duration {
        self.touching(from, to).iter().map(|wait| wait.waited).sum()
    }

    /// The longest wait in one look.
    pub(crate) fn worst(&self, from: Instant, to: Instant) -> Duration {
        self.touching(from, to).iter().map(|wait| wait.waited).max().unwrap_or_default()
    }

    /// In how many looks a thread had waited longer than that, and the longest.
    pub(crate) fn beyond(&self, limit: Duration) -> (usize, Duration) {
        let waits = self.lock();
        let beyond = waits.iter().filter(|wait| wait.waited > limit).count();
        (beyond, waits.iter().map(|wait| wait.waited).max().unwrap_or_default())
    }

    /// A wait is counted when it is over.
    fn touching(&self, from: Instant, to: Instant) -> Vec<Wait> {
        let waits = self.lock();
        let recent = waits.iter().rev().take_while(|wait| wait.to >= from);
        recent.filter(|wait| wait.from <= to + PERIOD).copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Wait>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What each thread has waited so far. None where the kernel does not count it.
fn waits(pid: Pid) -> HashMap<String, Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let wait = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path.join("schedstat")).ok()?;
        text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
    };
    threads
        .filter_map(|thread| Some((thread.file_name().into_string().ok()?, wait(thread.path())?)))
        .collect()
}

fn longest(before: &HashMap<String, Duration>, now: &HashMap<String, Duration>) -> Duration {
    let more = |(thread, waited): (&String, &Duration)| {
        waited.saturating_sub(before.get(thread).copied().unwrap_or_default())
    };
    now.iter().map(more).max().unwrap_or_default()
}
