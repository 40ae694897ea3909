//! How long the service may take to tell the truth, out of the options of each check.

use std::time::Duration;

use healthsdk::{Scope, Status};

use crate::spec::Spec;
use crate::verdict::Verdict;

/// How long an answer may wait for runs: the default.
pub(crate) const DEADLINE: Duration = Duration::from_millis(200);
/// What an answer may take beyond the deadline, for the way to the service and back and for the threads that it passes: less
/// than any run that hangs.
pub(crate) const MARGIN: Duration = Duration::from_millis(800);
/// So many times the lag that the soak sees in itself is added to that.
pub(crate) const LAGS: u32 = 3;
/// A lag from which on a run may be late through no fault of anybody: nothing is judged for a period after it.
pub(crate) const STALL: Duration = Duration::from_millis(250);
/// For publishing, and for the way of the switch to the service.
const SLACK: Duration = Duration::from_secs(1);
/// The longest an on-demand check waits for a reader: the soak's own ask ten times a second.
const ASKED: Duration = Duration::from_millis(300);
/// How often the clock runs an on-demand check at least, where strangers may ask.
const REFRESH: Duration = Duration::from_secs(5);
/// actix gives the head of a request 5 s: so long a lag, and it may have read none of one that was there.
pub(crate) const HEAD: Duration = Duration::from_secs(4);
const STALE_INTERVALS: u32 = 3;

impl Spec {
    /// From the end of one run until the next begins, at most, while nothing changes.
    fn period(&self) -> Duration {
        match (self.interval, self.ttl) {
            (Some(interval), _) => interval + interval / 10,
            (None, ttl) => ttl.unwrap_or(REFRESH) + ASKED,
        }
    }

    /// Between the beginnings of two runs, at least.
    pub(crate) fn gap(&self, well: bool) -> Duration {
        let gap = self.interval.or(self.ttl).unwrap_or(REFRESH);
        if well { gap } else { gap.min(self.retry_interval) }
    }

    /// One period: how long something must have been true until the service has to say so. Before it a run of what was
    /// true earlier may be under way until it is dropped.
    pub(crate) fn within(&self, verdict: Verdict) -> Duration {
        let change = match verdict {
            Verdict::Fail => self.failing(),
            Verdict::Stuck => self.stale(),
            Verdict::Pass | Verdict::Dawdle => {
                (self.timeout + self.retry_interval) * self.success_threshold + self.comeback
            }
        };
        self.cancel_after + self.period() + change + SLACK
    }

    /// By runs that end late, or by none that ends at all, until the check is stale, or all were dropped.
    fn failing(&self) -> Duration {
        let late = (self.timeout * 2 + self.retry_interval) * self.failure_threshold;
        let dropped = (self.cancel_after + self.retry_interval) * self.failure_threshold;
        late.max(dropped.min(self.stale()))
    }

    /// Until a check of which no run ends is stale.
    fn stale(&self) -> Duration {
        let interval = self.interval.unwrap_or_else(|| self.ttl.unwrap_or_default().max(REFRESH));
        interval * STALE_INTERVALS + self.timeout
    }

    /// What a freeze of the service costs beyond its length: the run under way is void, and begins anew.
    pub(crate) fn thaw(&self) -> Duration {
        self.timeout + self.retry_interval + SLACK
    }

    /// What the service has to publish. All have passed once.
    pub(crate) fn published(&self, verdict: Verdict) -> Status {
        match verdict {
            Verdict::Pass => Status::Ok,
            Verdict::Dawdle => Status::Degraded,
            Verdict::Fail | Verdict::Stuck if self.scope == Scope::Shared => {
                self.failure_status.min(Status::Degraded)
            }
            Verdict::Fail | Verdict::Stuck => self.failure_status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::SPECS;

    #[test]
    fn a_failure_that_all_replicas_share_is_degraded() {
        let of = |name| SPECS.into_iter().find(|spec| spec.name == name).expect("it is there");
        assert_eq!(of("shared").published(Verdict::Fail), Status::Degraded);
        assert_eq!(of("background").published(Verdict::Fail), Status::Error);
        assert_eq!(of("ignored").published(Verdict::Fail), Status::Ok);
    }

    #[test]
    fn who_blocks_its_thread_for_ever_is_not_dropped_but_stale() {
        let of = |name| SPECS.into_iter().find(|spec| spec.name == name).expect("it is there");
        let seconds = |name| of(name).within(Verdict::Stuck).as_secs_f64();
        assert!((seconds("demand-blocking") - (4.0 + 1.3 + 17.0 + 1.0)).abs() < 1e-9);
        assert!((seconds("blocking") - (2.0 + 0.55 + 2.5 + 1.0)).abs() < 1e-9);
    }

    #[test]
    fn a_period_is_no_longer_than_a_storm_lets_a_fault_last() {
        for spec in SPECS {
            for verdict in [Verdict::Pass, Verdict::Fail] {
                assert!(spec.within(verdict) < Duration::from_secs(16), "{}: {verdict:?}", spec.name);
            }
        }
    }
}
