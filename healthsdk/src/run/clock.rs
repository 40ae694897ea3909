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
            planted::busy();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_late_more_than_a_second_after_the_tick_that_was_promised() {
        let clock = Clock::new();
        let looked = clock.epoch + 9 * LATE;
        clock.looked(looked);
        assert_eq!(clock.lateness(looked), Duration::ZERO);
        assert_eq!(clock.lateness(looked + TICK + LATE / 2), LATE / 2);
        assert!(!clock.is_late(looked + TICK + LATE));
        assert!(clock.is_late(looked + TICK + LATE + Duration::from_nanos(1)));
    }

    #[test]
    fn of_two_times_to_look_the_earlier_stays() {
        let clock = Clock::new();
        let at = |seconds| clock.epoch + Duration::from_secs(seconds);
        clock.planned().at = at(60);
        for (asked, planned) in [(70, 60), (20, 20), (30, 20), (10, 10)] {
            clock.wake_at(at(asked));
            assert_eq!(clock.planned().at, at(planned), "{asked}");
        }
    }

    #[test]
    fn a_look_plans_the_next_tick_and_what_it_asks_for_comes_earlier() {
        let clock = Clock::new();
        let began = Instant::now();
        let looks = Mutex::new(Vec::new());
        clock.run(|| {
            let mut looks = looks.lock().unwrap_or_else(PoisonError::into_inner);
            looks.push(clock.planned().at);
            match looks.len() {
                1 => Some(clock.epoch),
                2 => panic!("a look with a fault"),
                _ => {
                    clock.close();
                    None
                }
            }
        });
        let looks = looks.into_inner().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(looks.len(), 3);
        assert!(looks.iter().all(|next| *next >= began + TICK));
        assert!(looks[2] >= looks[1] + TICK, "the second asked for nothing");
    }
}
