use std::time::{Duration, Instant};

use crate::timing::{Cadence, Timing};

/// When a check that is not running runs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// When the clock starts it; `None` where only a reader does.
    pub(super) due: Option<Instant>,
    /// Until when a reader is content with the last answer; `None` where the clock sees to it.
    pub(super) fresh_until: Option<Instant>,
}

impl Schedule {
    /// Before the first run.
    pub(super) fn first(timing: &Timing, now: Instant) -> Self {
        match timing.cadence {
            Cadence::Background { initial_delay, .. } => {
                Self { due: Some(now + initial_delay), fresh_until: None }
            }
            Cadence::OnDemand { refresh, .. } => Self { due: refresh.map(|_| now), fresh_until: Some(now) },
        }
    }

    /// As soon as possible: what was known is void.
    pub(super) fn at_once(timing: &Timing, now: Instant) -> Self {
        Self {
            due: timing.period().map(|_| now),
            fresh_until: matches!(timing.cadence, Cadence::OnDemand { .. }).then_some(now),
        }
    }

    /// As soon as the clock looks. Until then the run of a reader would be void too, and each would cause one: they rest.
    pub(super) fn once_on_time(timing: &Timing, now: Instant) -> Self {
        let Self { fresh_until, .. } = Self::after(timing, now, now, true, 0.0);
        Self { fresh_until, ..Self::at_once(timing, now) }
    }

    /// After a run. `spread` in 0.0..1.0 draws the jitter.
    pub(super) fn after(
        timing: &Timing,
        started: Instant,
        finished: Instant,
        change_pending: bool,
        spread: f64,
    ) -> Self {
        let retry = timing.retry_interval;
        let due = timing.period().map(|period| {
            if change_pending {
                return finished + retry.min(period);
            }
            // A run longer than its period is followed by a rest, or a slow dependency would be asked without a pause.
            (started + period + jitter(period, spread)).max(finished + retry.min(period))
        });
        let fresh_until = match timing.cadence {
            Cadence::OnDemand { ttl, .. } => {
                Some(finished + if change_pending { ttl.min(retry) } else { ttl })
            }
            Cadence::Background { .. } => None,
        };
        Self { due, fresh_until }
    }

    /// Never again.
    pub(super) const NEVER: Self = Self { due: None, fresh_until: None };
}

/// Up to a tenth more, never less: a check runs at most once per period.
fn jitter(period: Duration, spread: f64) -> Duration {
    (period / 10).mul_f64(spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{options::Options, timing::Defaults};

    const SECOND: Duration = Duration::from_secs(1);

    fn timing(options: Options) -> Timing {
        Timing::new(&options, Defaults::default())
    }

    #[test]
    fn a_background_check_runs_at_most_once_per_interval_and_at_least_every_interval_and_a_tenth() {
        let (timing, now) = (timing(Options::NONE), Instant::now());
        for (spread, expected) in [(0.0, 5.0), (0.5, 5.25), (0.999, 5.4995)] {
            let next = Schedule::after(&timing, now, now + SECOND / 10, false, spread);
            assert_eq!(next.due, Some(now + Duration::from_secs_f64(expected)));
        }
    }

    #[test]
    fn while_a_change_is_pending_the_next_run_comes_after_the_retry_interval() {
        let (timing, now) = (timing(Options::NONE), Instant::now());
        let next = Schedule::after(&timing, now, now + SECOND / 2, true, 0.5);
        assert_eq!(next.due, Some(now + SECOND / 2 + SECOND));
    }

    #[test]
    fn a_run_longer_than_its_interval_is_followed_by_a_rest() {
        let (timing, now) = (timing(Options::NONE), Instant::now());
        let next = Schedule::after(&timing, now, now + 8 * SECOND, false, 0.0);
        assert_eq!(next.due, Some(now + 9 * SECOND));
    }

    #[test]
    fn an_on_demand_check_is_fresh_for_its_ttl_and_never_due() {
        let timing = timing(Options { ttl: Some(30 * SECOND), ..Options::NONE });
        let now = Instant::now();
        let next = Schedule::after(&timing, now, now + SECOND, false, 0.5);
        assert_eq!(next, Schedule { due: None, fresh_until: Some(now + 31 * SECOND) });
        let next = Schedule::after(&timing, now, now + SECOND, true, 0.5);
        assert_eq!(next.fresh_until, Some(now + 2 * SECOND));
    }
}
