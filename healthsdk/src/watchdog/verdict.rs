use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use crate::Outcome;

/// How often the stamps are set, and how often they are looked at.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);
/// Looks further apart than this mean that the process itself did not run, or hardly.
const LATE: Duration = Duration::from_millis(2500);
/// Of a stall within the period of the stamps nothing is known.
const LEAST: Duration = Duration::from_secs(2);
/// So many workers are named.
const NAMED: usize = 4;

/// How long a worker may be stalled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) degraded: Duration,
    pub(crate) error: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { degraded: Duration::from_secs(10), error: Duration::from_secs(60) }
    }
}

impl Bounds {
    pub(crate) fn fault(self) -> Option<String> {
        let Self { degraded, error } = self;
        if degraded < LEAST {
            return Some(format!(
                "`.watch_workers_after({degraded:?}, {error:?})` must begin at {LEAST:?} or later"
            ));
        }
        (degraded >= error).then(|| {
            format!(
                "`.watch_workers_after({degraded:?}, {error:?})` must be degraded earlier than it is an error"
            )
        })
    }
}

/// What the system says of the process.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    /// How long the cgroup kept the process from running so far, in microseconds; `None` where nobody knows.
    pub(super) throttled: Option<u64>,
    /// A debugger is attached.
    pub(super) traced: bool,
}

/// What is kept from look to look.
#[derive(Debug)]
pub(super) struct Watch {
    bounds: Bounds,
    looked: Instant,
    /// Stalls are counted from here at the earliest.
    patience: Instant,
    /// At the look before, where that suspected a stall.
    throttled: Option<u64>,
}

impl Watch {
    pub(super) fn new(bounds: Bounds, now: Instant) -> Self {
        Self { bounds, looked: now, patience: now, throttled: None }
    }

    /// The verdict over the workers, by number and last stamp. `read` is called only where a stall is suspected.
    pub(super) fn look(
        &mut self,
        stamps: &[(u64, Instant)],
        now: Instant,
        read: impl FnOnce() -> Reading,
    ) -> Outcome {
        if now.saturating_duration_since(self.looked) > LATE {
            self.patience = now;
        }
        self.looked = now;
        let stall = |&(number, stamp): &(u64, Instant)| {
            (number, now.saturating_duration_since(stamp.max(self.patience)))
        };
        let mut stalled: Vec<_> =
            stamps.iter().map(stall).filter(|(_, lasted)| *lasted >= self.bounds.degraded).collect();
        stalled.sort_unstable_by_key(|&(number, lasted)| (std::cmp::Reverse(lasted), number));
        let Some(&(_, longest)) = stalled.first() else {
            self.throttled = None;
            return Outcome::ok();
        };
        let reading = read();
        let before = std::mem::replace(&mut self.throttled, reading.throttled);
        let told = told(&stalled);
        if longest < self.bounds.error {
            return Outcome::degraded(told);
        }
        match excuse(reading, before) {
            Some(excuse) => Outcome::degraded(format_args!("{told}; no error, because {excuse}")),
            None => Outcome::error(told),
        }
    }
}

fn excuse(reading: Reading, before: Option<u64>) -> Option<&'static str> {
    if reading.traced {
        return Some("a debugger is attached");
    }
    match (reading.throttled, before) {
        (Some(now), Some(before)) if now > before => Some("the cgroup throttles the process"),
        // The next look knows.
        (Some(_), None) => Some("it is not known yet whether the cgroup throttles the process"),
        _ => None,
    }
}

/// The longest stalled first.
fn told(stalled: &[(u64, Duration)]) -> String {
    let mut told = String::new();
    for (index, (number, lasted)) in stalled.iter().take(NAMED).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(told, "{separator}worker {number} stalled for {} s", lasted.as_secs())
            .expect("a String takes all");
    }
    if let Some(more @ 1..) = stalled.len().checked_sub(NAMED) {
        write!(told, ", and {more} more").expect("a String takes all");
    }
    told
}

#[cfg(test)]
mod tests;
