//! What settings change of a check while it runs.

use std::time::Duration;

use super::{Check, State};
use crate::{Change, Options, Status, Told};

impl Check {
    /// Settings make other options of it from now on, or, where it is not `on`, take it out. `starting`: the process is, so that
    /// what never passed still has to.
    pub fn set(&mut self, now: Duration, options: Options, on: bool, starting: bool) -> Option<Told> {
        if self.drained || (self.options, self.enabled) == (options, on) {
            return None;
        }
        let (before, was, enables) = (self.status(), self.options, on && !self.enabled);
        let replans = options.runs_otherwise(&was) || on != self.enabled;
        let lasted = now.saturating_sub(self.since);
        self.publish(now, |check| {
            (check.options, check.enabled) = (options, on);
            if enables && (check.passed_once || !starting) {
                check.forget();
            }
        });
        if replans || (Options { failure_status: options.failure_status, ..was }) != options {
            self.silent_since = now;
        }
        if enables {
            self.stale = false;
            self.void(now);
        }
        if replans {
            self.replan(starting, now);
        }
        let to = self.status();
        if before == to {
            return None;
        }
        self.known.status = to;
        let is_news = self.state != State::Pending || self.known.failing;
        is_news.then_some(Told {
            change: Change::Overridden,
            from: before,
            to,
            lasted,
            failures: self.failures,
        })
    }

    /// While it was disabled nobody looked: it is well until one run says otherwise.
    fn forget(&mut self) {
        self.state = State::Works(Status::Ok);
        (self.failures, self.passes, self.passed_once, self.undecided) = (0, 0, true, true);
    }

    fn replan(&mut self, starting: bool, now: Duration) {
        self.put_off_reminder(now);
        if !self.enabled {
            (self.due, self.fresh_until) = (None, None);
        } else if !self.looked && starting && !self.waits_for_the_first(now) {
            self.plan_first(now);
        } else if !self.waits_for_the_first(now) {
            self.plan_at_once(now);
        }
    }
}
