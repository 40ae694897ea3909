use std::{
    io,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::caught::caught;
use crate::planted;

const TICK: Duration = Duration::from_millis(250);
/// A tick this late means that the process did not run, or hardly.
const LATE: Duration = Duration::from_secs(1);

/// When the engine's thread looks next, and whether it is on time itself.
///
/// A plain thread with the system's clock: no runtime, no user's future and no log can hold it up.
#[derive(Debug)]
pub(super) struct Clock {
    epoch: Instant,
    /// When the thread should wake at the latest, in nanoseconds after the epoch.
    due: AtomicU64,
    planned: Mutex<Planned>,
    ring: Condvar,
}

#[derive(Debug)]
struct Planned {
    at: Instant,
    closed: bool,
}

impl Clock {
    pub(super) fn new() -> Self {
        let epoch = Instant::now();
        let planned = Mutex::new(Planned { at: epoch, closed: false });
        let clock = Self { epoch, due: AtomicU64::new(0), planned, ring: Condvar::new() };
        clock.expect(epoch);
        clock
    }

    /// Has the thread look at this time, or earlier.
    pub(super) fn wake_at(&self, at: Instant) {
        let mut planned = self.planned();
        if at < planned.at {
            planned.at = at;
            self.ring.notify_one();
        }
    }

    pub(super) fn close(&self) {
        self.planned().closed = true;
        self.ring.notify_one();
    }

    /// Whether the process seems to have been frozen: the engine's own tick is overdue.
    pub(super) fn is_late(&self, now: Instant) -> bool {
        self.lateness(now) > LATE && !planted::blamed()
    }

    /// How long the tick is overdue.
    pub(super) fn lateness(&self, now: Instant) -> Duration {
        let due = self.epoch + Duration::from_nanos(self.due.load(Ordering::Relaxed));
        now.saturating_duration_since(due)
    }

    /// Calls `look` at every tick and whenever something is due, until closed. It says when it wants to be called next, and
    /// that it [`looked`](Self::looked).
    pub(super) fn run(&self, look: impl Fn() -> Option<Instant>) {
        loop {
            let mut planned = self.planned();
            loop {
                if planned.closed {
                    return;
                }
                let now = Instant::now();
                if planned.at <= now {
                    planned.at = now + TICK;
                    break;
                }
                let wait = planned.at - now;
                planned = self.ring.wait_timeout(planned, wait).unwrap_or_else(PoisonError::into_inner).0;
            }
            drop(planned);
            if let Some(next) = caught(&look).unwrap_or(None) {
                self.wake_at(next);
            }
        }
    }

    /// What a freeze spoilt is void by now. Until then pollers must still see the tick as overdue.
    pub(super) fn looked(&self, now: Instant) {
        self.expect(now + TICK);
    }

    fn expect(&self, at: Instant) {
        let due = at.saturating_duration_since(self.epoch).as_nanos();
        self.due.store(u64::try_from(due).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn planned(&self) -> MutexGuard<'_, Planned> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(body).map(drop)
}
