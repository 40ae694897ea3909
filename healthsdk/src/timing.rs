use std::time::Duration;

use crate::{Kind, options::Options};

const TIMEOUT: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_secs(5);
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Runs are dropped after so many timeouts, where the next one is then still completed before the check is stale.
const CANCEL_TIMEOUTS: u32 = 8;
const LEAST_CANCEL_AFTER: Duration = Duration::from_secs(8);
const FAILURE_THRESHOLD: u32 = 3;
const SUCCESS_THRESHOLD: u32 = 2;
/// Runs that did not come, of a row of this many, make a check stale.
const STALE_INTERVALS: u32 = 3;

/// When one check runs, and how long its runs may take: the options with their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    pub(crate) cadence: Cadence,
    pub(crate) timeout: Duration,
    pub(crate) cancel_after: Duration,
    pub(crate) retry_interval: Duration,
    pub(crate) degraded_above: Option<Duration>,
    pub(crate) failure_threshold: u32,
    pub(crate) success_threshold: u32,
}

/// What makes a check run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cadence {
    /// The clock does.
    Background { interval: Duration, initial_delay: Duration },
    /// A reader does, once the last answer is older than `ttl`. Where some readers may not, or where readiness waits for a
    /// startup check that nobody may ever ask for, the clock does it too, every `refresh`.
    OnDemand { ttl: Duration, refresh: Option<Duration> },
}

/// What the whole monitor says about cadences.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Defaults {
    /// Makes checks that name neither `interval` nor `ttl` on-demand.
    pub(crate) ttl: Option<Duration>,
    /// Some callers may not start a run.
    pub(crate) strangers: bool,
}

impl Cadence {
    fn period(self) -> Option<Duration> {
        match self {
            Self::Background { interval, .. } => Some(interval),
            Self::OnDemand { refresh, .. } => refresh,
        }
    }
}

/// So late that a run may end by itself, and so early that one which never ends is one failure and leaves no check stale: the
/// longest wait for it, the retry after it and the timeout of the next fit in; see docs/scaling.md. Saturates, as options are
/// examined later.
fn cancel_after(timeout: Duration, period: Option<Duration>, retry: Duration) -> Duration {
    let longest = match period {
        Some(period) => (period.saturating_mul(19) / 10).saturating_sub(retry),
        None => timeout.saturating_add(retry.saturating_mul(2)),
    };
    timeout.saturating_mul(CANCEL_TIMEOUTS).max(LEAST_CANCEL_AFTER).min(longest).max(timeout)
}

impl Timing {
    pub(crate) fn new(options: &Options, defaults: Defaults) -> Self {
        let timeout = options.timeout.unwrap_or(TIMEOUT);
        let cadence = match (options.ttl, options.interval, defaults.ttl) {
            (Some(ttl), _, _) | (None, None, Some(ttl)) => {
                let refresh = defaults.strangers || options.kinds.contains(Kind::Startup);
                Cadence::OnDemand { ttl, refresh: refresh.then(|| ttl.max(INTERVAL)) }
            }
            (None, interval, _) => Cadence::Background {
                interval: interval.unwrap_or(INTERVAL),
                initial_delay: options.initial_delay.unwrap_or_default(),
            },
        };
        let shortest = match cadence {
            Cadence::Background { interval, .. } => interval,
            Cadence::OnDemand { .. } => RETRY_INTERVAL,
        };
        let retry_interval = options.retry_interval.unwrap_or_else(|| RETRY_INTERVAL.min(shortest));
        Self {
            cadence,
            timeout,
            cancel_after: options
                .cancel_after
                .unwrap_or_else(|| cancel_after(timeout, cadence.period(), retry_interval)),
            retry_interval,
            degraded_above: options.degraded_above,
            failure_threshold: options.failure_threshold.unwrap_or(FAILURE_THRESHOLD),
            success_threshold: options.success_threshold.unwrap_or(SUCCESS_THRESHOLD),
        }
    }

    /// The period between background runs; `None` where only readers start them.
    pub(crate) fn period(&self) -> Option<Duration> {
        self.cadence.period()
    }

    /// How long nothing may complete until the check is stale.
    pub(crate) fn stale_after(&self) -> Duration {
        let period = self.period().unwrap_or(self.retry_interval);
        period * STALE_INTERVALS + self.timeout
    }

    /// From the start until a first pass at the latest, where the first run hangs until it is dropped and the next one passes.
    pub(crate) fn worst_first_pass(&self) -> Duration {
        let delay = match self.cadence {
            Cadence::Background { initial_delay, .. } => initial_delay,
            Cadence::OnDemand { .. } => Duration::ZERO,
        };
        delay + self.cancel_after + self.retry_interval + self.timeout
    }

    /// The longest time from a fault until it is published. It comes just after a good run has looked, which still takes its whole
    /// timeout. Nothing runs beside a run that is late, so the slowest fault answers just before it would be dropped, run after
    /// run, or just before the check would be stale. For on-demand checks, where somebody always asks. One that blocks its thread for
    /// good cannot be dropped, and shows when the check is stale.
    pub(crate) fn worst_detection(&self) -> Duration {
        let (timeout, late, stale) = (self.timeout, self.cancel_after, self.stale_after());
        let (first, retry) = match self.cadence {
            Cadence::OnDemand { ttl, refresh: None } => (timeout + ttl, self.retry_interval.min(ttl)),
            Cadence::Background { interval: period, .. }
            | Cadence::OnDemand { refresh: Some(period), .. } => {
                ((period + period / 10).max(timeout + self.retry_interval), self.retry_interval)
            }
        };
        // Silence counts from what was completed last; where only readers start runs, from the start of a run.
        let until_completed = |completed: Duration, wait: Duration, takes: Duration| match self.period() {
            Some(_) => (wait + takes).min(completed + stale),
            None => wait + takes.min(stale),
        };
        match self.failure_threshold {
            1 => until_completed(timeout, first, timeout),
            failures => {
                until_completed(timeout, first, late)
                    + until_completed(Duration::ZERO, retry, late) * (failures - 2)
                    + until_completed(Duration::ZERO, retry, timeout)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_as_documented() {
        let timing = Timing::new(&Options::NONE, Defaults::default());
        assert_eq!(timing.timeout, Duration::from_secs(1));
        assert_eq!(timing.cancel_after, Duration::from_secs(8));
        assert_eq!(timing.retry_interval, Duration::from_secs(1));
        assert_eq!(timing.period(), Some(Duration::from_secs(5)));
        assert_eq!((timing.failure_threshold, timing.success_threshold), (3, 2));
        assert_eq!(timing.stale_after(), Duration::from_secs(16));
        assert_eq!(timing.worst_detection(), Duration::from_millis(24_500));
    }

    #[test]
    fn a_fault_that_answers_late_is_found_after_a_row_of_runs_each_as_long_as_may_be() {
        let seconds = Duration::from_secs;
        let mut options = Options {
            timeout: Some(seconds(30)),
            cancel_after: Some(seconds(40)),
            interval: Some(seconds(20)),
            retry_interval: Some(seconds(7)),
            failure_threshold: Some(4),
            ..Options::NONE
        };
        let worst = |options: &Options| Timing::new(options, Defaults::default()).worst_detection();
        assert_eq!(worst(&options), seconds((30 + 7 + 40) + 2 * (7 + 40) + (7 + 30)));
        options.cancel_after = Some(seconds(240));
        let stale = 3 * 20 + 30;
        assert_eq!(worst(&options), seconds((30 + stale) + 2 * stale + (7 + 30)));
    }

    #[test]
    fn a_first_pass_waits_for_the_delay_a_run_that_hangs_a_retry_and_a_slow_run() {
        let seconds = Duration::from_secs;
        let mut options =
            Options { timeout: Some(seconds(3)), initial_delay: Some(seconds(7)), ..Options::NONE };
        assert_eq!(
            Timing::new(&options, Defaults::default()).worst_first_pass(),
            Duration::from_millis(7_000 + 8_500 + 1_000 + 3_000)
        );
        options.initial_delay = None;
        options.ttl = Some(seconds(60));
        assert_eq!(Timing::new(&options, Defaults::default()).worst_first_pass(), seconds(5 + 1 + 3));
    }

    #[test]
    fn a_run_is_dropped_after_eight_timeouts_or_so_soon_that_the_check_is_not_stale_for_it_alone() {
        let ms = Duration::from_millis;
        let background = |timeout, interval| Options {
            timeout: Some(ms(timeout)),
            interval: Some(ms(interval)),
            ..Options::NONE
        };
        let on_demand =
            |timeout, ttl| Options { timeout: Some(ms(timeout)), ttl: Some(ms(ttl)), ..Options::NONE };
        let slow_retry = Options { retry_interval: Some(ms(2_000)), ..background(1_000, 5_000) };
        let cases = [
            (background(100, 5_000), 8_000),
            (background(3_000, 60_000), 24_000),
            (background(3_000, 5_000), 8_500),
            (slow_retry, 7_500),
            (background(1_000, 2_000), 2_800),
            (background(1_000, 1_000), 1_000),
            (background(30_000, 1_000), 30_000),
            (on_demand(1_000, 60_000), 3_000),
            (on_demand(150, 100), 2_150),
        ];
        for (options, expected) in cases {
            let dropped = Timing::new(&options, Defaults::default()).cancel_after;
            assert_eq!(dropped, ms(expected), "{options:?}");
        }
        let refreshed = Timing::new(&on_demand(1_000, 2_000), Defaults { strangers: true, ttl: None });
        assert_eq!(refreshed.cancel_after, ms(8_000));
    }

    #[test]
    fn strangers_never_make_an_on_demand_check_run_so_the_clock_does() {
        let options = Options { ttl: Some(Duration::from_millis(1)), ..Options::NONE };
        assert_eq!(Timing::new(&options, Defaults::default()).period(), None);
        let strangers = Defaults { strangers: true, ..Defaults::default() };
        assert_eq!(Timing::new(&options, strangers).period(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn an_on_demand_startup_check_runs_though_nobody_asks_for_it() {
        let mut options = Options { ttl: Some(Duration::from_secs(60)), ..Options::NONE };
        options.add_kind(Kind::Startup);
        assert_eq!(Timing::new(&options, Defaults::default()).period(), Some(Duration::from_secs(60)));
    }

    #[test]
    fn the_global_ttl_gives_way_to_a_check_that_says_interval() {
        let defaults = Defaults { ttl: Some(Duration::from_secs(2)), strangers: false };
        assert_eq!(Timing::new(&Options::NONE, defaults).period(), None);
        let options = Options { interval: Some(Duration::from_secs(3)), ..Options::NONE };
        assert_eq!(Timing::new(&options, defaults).period(), Some(Duration::from_secs(3)));
    }
}
