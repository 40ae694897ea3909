use std::time::{Duration, SystemTime};

use super::feed::RunResult;
use crate::Status;

/// The upper bounds of the histogram of durations, in seconds: 1 ms to 10 s.
pub const DURATION_BUCKETS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What the runs of one check have come to since the start: 144 bytes, until something has happened four billion times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    counts: Counts,
    total: Duration,
    completed_at: Option<SystemTime>,
}

// Where the counts of runs by result begin, of timeouts, of moves by status, and of runs that took so long; the last of these for
// what is above every bound.
const RUNS: usize = 0;
const TIMEOUTS: usize = RUNS + RunResult::ALL.len();
const TRANSITIONS: usize = TIMEOUTS + 1;
const DURATIONS: usize = TRANSITIONS + Status::ALL.len();
const COUNTS: usize = DURATIONS + DURATION_BUCKETS.len() + 1;

/// Each count once, in halves, as most never come to more than the lower one holds.
#[derive(Clone, Debug, Default)]
struct Counts {
    low: [u32; COUNTS],
    high: Option<Box<[u32; COUNTS]>>,
}

impl Counts {
    fn add(&mut self, index: usize) {
        self.low[index] = self.low[index].wrapping_add(1);
        if self.low[index] == 0 {
            self.high.get_or_insert_with(|| Box::new([0; COUNTS]))[index] += 1;
        }
    }

    fn get(&self, index: usize) -> u64 {
        let high = self.high.as_ref().map_or(0, |high| high[index]);
        u64::from(high) << u32::BITS | u64::from(self.low[index])
    }
}

impl Tally {
    /// A run is not under way any more.
    pub(crate) fn ended(&mut self, result: RunResult, duration: Duration, now: SystemTime) {
        self.counts.add(RUNS + result as usize);
        if result.is_completed() {
            self.completed_at = Some(now);
        }
        if result.is_measured() {
            let seconds = duration.as_secs_f64();
            self.counts.add(DURATIONS + DURATION_BUCKETS.partition_point(|bound| *bound < seconds));
            self.total = self.total.saturating_add(duration);
        }
    }

    /// A run has used up its timeout.
    pub(crate) fn timed_out(&mut self) {
        self.counts.add(TIMEOUTS);
    }

    /// People were told that the check is this now.
    pub(crate) fn moved(&mut self, to: Status) {
        self.counts.add(TRANSITIONS + to as usize);
    }

    pub(crate) fn runs(&self, result: RunResult) -> u64 {
        self.counts.get(RUNS + result as usize)
    }

    /// Runs that took at most so many seconds, for each bound.
    pub(crate) fn durations(&self) -> impl Iterator<Item = (f64, u64)> {
        let sums = (DURATIONS..COUNTS).scan(0, |sum, index| {
            *sum += self.counts.get(index);
            Some(*sum)
        });
        DURATION_BUCKETS.into_iter().chain([f64::INFINITY]).zip(sums)
    }

    /// How long all of them took together.
    pub(crate) fn total(&self) -> Duration {
        self.total
    }

    pub(crate) fn timeouts(&self) -> u64 {
        self.counts.get(TIMEOUTS)
    }

    pub(crate) fn transitions(&self, to: Status) -> u64 {
        self.counts.get(TRANSITIONS + to as usize)
    }

    /// When a run last ended by itself.
    pub(crate) fn completed_at(&self) -> Option<SystemTime> {
        self.completed_at
    }
}

impl RunResult {
    pub(crate) const ALL: [Self; 7] =
        [Self::Ok, Self::Degraded, Self::Error, Self::Panicked, Self::Late, Self::Dropped, Self::Void];

    /// Whether it ended by itself and says something, though late.
    pub(crate) const fn is_completed(self) -> bool {
        !matches!(self, Self::Dropped | Self::Void)
    }

    /// Whether it says how long a run takes, or takes at least.
    pub(crate) const fn is_measured(self) -> bool {
        !matches!(self, Self::Void)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    fn ended(results: &[(RunResult, Duration)]) -> Tally {
        let mut tally = Tally::default();
        for (at, (result, duration)) in (1..).zip(results) {
            tally.ended(*result, *duration, SystemTime::UNIX_EPOCH + at * MILLI);
        }
        tally
    }

    #[test]
    fn a_check_costs_as_much_memory_as_the_documents_say() {
        assert!(size_of::<Tally>() <= 144, "{}", size_of::<Tally>());
    }

    #[test]
    fn a_count_goes_on_where_its_lower_half_is_full() {
        let mut tally = ended(&[(RunResult::Ok, MILLI)]);
        tally.counts.low[RUNS + RunResult::Ok as usize] = u32::MAX;
        let limit = u64::from(u32::MAX);
        for more in 1..=2 {
            tally.ended(RunResult::Ok, MILLI, SystemTime::UNIX_EPOCH);
            assert_eq!(tally.runs(RunResult::Ok), limit + more);
        }
        assert_eq!((tally.runs(RunResult::Error), tally.durations().last()), (0, Some((f64::INFINITY, 3))));
    }

    #[test]
    fn each_result_has_a_count_of_its_own() {
        for (index, result) in RunResult::ALL.into_iter().enumerate() {
            assert_eq!(result as usize, index);
            let tally = ended(&[(result, MILLI)]);
            let counts: Vec<_> = RunResult::ALL.map(|result| tally.runs(result)).to_vec();
            assert_eq!((counts.iter().sum::<u64>(), counts[index]), (1, 1), "{result:?}");
        }
    }

    #[test]
    fn each_move_is_counted_for_what_the_check_has_come_to() {
        let mut tally = Tally::default();
        (0..2).for_each(|_| tally.moved(Status::Error));
        tally.moved(Status::Ok);
        (0..3).for_each(|_| tally.timed_out());
        assert_eq!(Status::ALL.map(|to| tally.transitions(to)), [1, 0, 2]);
        assert_eq!(tally.timeouts(), 3);
    }

    #[test]
    fn a_bound_holds_what_is_as_long_as_itself() {
        let tally = ended(&[
            (RunResult::Ok, MILLI),
            (RunResult::Error, MILLI + Duration::from_nanos(1)),
            (RunResult::Late, 11_000 * MILLI),
        ]);
        let durations: Vec<_> = tally.durations().collect();
        assert_eq!(durations[..3], [(0.001, 1), (0.0025, 2), (0.005, 2)]);
        assert_eq!(durations[12..], [(10.0, 2), (f64::INFINITY, 3)]);
        assert_eq!(tally.total(), 11_002 * MILLI + Duration::from_nanos(1));
    }

    #[test]
    fn what_a_freeze_spoilt_is_no_measurement_and_no_completion() {
        let tally = ended(&[(RunResult::Ok, MILLI), (RunResult::Void, 100_000 * MILLI)]);
        assert_eq!((tally.runs(RunResult::Void), tally.total()), (1, MILLI));
        assert_eq!(tally.durations().last(), Some((f64::INFINITY, 1)));
        assert_eq!(tally.completed_at(), Some(SystemTime::UNIX_EPOCH + MILLI));
    }

    #[test]
    fn a_late_run_was_completed_and_a_dropped_one_was_not() {
        let late = ended(&[(RunResult::Ok, MILLI), (RunResult::Late, MILLI)]);
        assert_eq!(late.completed_at(), Some(SystemTime::UNIX_EPOCH + 2 * MILLI));
        let dropped = ended(&[(RunResult::Ok, MILLI), (RunResult::Dropped, MILLI)]);
        assert_eq!(dropped.completed_at(), Some(SystemTime::UNIX_EPOCH + MILLI));
    }
}
