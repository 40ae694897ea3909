//! Simulated time: whole microseconds, so that sums are exact and a run is the same everywhere.

pub(crate) type Micros = u64;

pub(crate) const MILLISECOND: Micros = 1_000;
pub(crate) const SECOND: Micros = 1_000 * MILLISECOND;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;
pub(crate) const DAY: Micros = 24 * HOUR;
pub(crate) const NEVER: Micros = Micros::MAX;

pub(crate) fn seconds(time: Micros) -> f64 {
    time as f64 / SECOND as f64
}

/// A share of a time.
pub(crate) fn part(time: Micros, share: f64) -> Micros {
    (time as f64 * share) as Micros
}
