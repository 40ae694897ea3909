//! When a check runs.

use std::time::Duration;

use super::Check;

impl Check {
    pub(super) fn waits_for_the_first(&self, now: Duration) -> bool {
        self.options.ttl.is_none() && !self.looked && self.due.is_some_and(|due| due > now)
    }

    pub(super) fn plan_first(&mut self, now: Duration) {
        self.plan_at_once(now);
        if self.options.ttl.is_none() {
            self.due = Some(now + self.options.initial_delay);
        }
    }

    pub(super) fn plan_at_once(&mut self, now: Duration) {
        self.due = self.options.period().map(|_| now);
        self.fresh_until = self.options.ttl.map(|_| now);
    }

    pub(super) fn plan(&mut self, began: Duration, now: Duration, spread: f64) {
        let retry = self.options.retry_interval;
        let pending = self.is_change_pending();
        self.due = self.options.period().map(|period| {
            let rested = now + retry.min(period);
            if pending { rested } else { rested.max(began + period + (period / 10).mul_f64(spread)) }
        });
        self.fresh_until = self.options.ttl.map(|ttl| now + if pending { ttl.min(retry) } else { ttl });
    }
}
