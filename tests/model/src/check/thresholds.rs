//! What a row of runs makes of a check.

use std::time::Duration;

use super::{Check, Ended, State};
use crate::{Scope, Status, Told};

impl Check {
    pub(super) fn count(&mut self, ended: Ended, took: Duration, now: Duration) -> Option<Told> {
        let slow = self.options.degraded_above.is_some_and(|above| took > above);
        let is_well = matches!(self.state, State::Works(_)) && self.failures == 0 && !self.undecided;
        match ended {
            Ended::Passed if slow => self.pass(Status::Degraded, now),
            Ended::Passed => self.pass(Status::Ok, now),
            Ended::Degraded => self.pass(Status::Degraded, now),
            Ended::Inconclusive if is_well => self.pass(Status::Degraded, now),
            Ended::Inconclusive => None,
            Ended::Failed | Ended::Dropped => self.fail(now),
        }
    }

    fn pass(&mut self, status: Status, now: Duration) -> Option<Told> {
        let before = self.state;
        let passes = self.passes.saturating_add(1);
        let stays = matches!(before, State::Failed { .. }) && passes < self.options.success_threshold;
        self.publish(now, |check| {
            (check.failures, check.passes) = (0, passes);
            (check.undecided, check.passed_once) = (false, true);
            check.state = if stays { before } else { State::Works(status) };
        });
        if stays {
            return None;
        }
        let outage = std::mem::take(&mut self.outage);
        if self.known.failing {
            return Some(self.known.recovered(status, outage, now));
        }
        if before == State::Pending {
            self.known.first(status, now);
            return None;
        }
        self.known.passed(status, before == State::Works(status), &self.options, now)
    }

    pub(super) fn fail(&mut self, now: Duration) -> Option<Told> {
        let reached = self.undecided || self.failures.saturating_add(1) >= self.options.failure_threshold;
        let (before, since) = (self.state, self.since);
        self.publish(now, |check| {
            (check.passes, check.undecided) = (0, false);
            check.failures = check.failures.saturating_add(1);
            check.outage = check.outage.saturating_add(1);
            if reached && matches!(before, State::Works(_)) {
                check.state = check.failed();
            }
        });
        match before {
            State::Works(_) if reached => Some(self.tell_failed(Some(since), now)),
            State::Pending if reached && !self.known.failing => {
                Some(self.known.never_passed(self.status(), self.failures, now))
            }
            _ => None,
        }
    }

    /// Nothing was completed for too long.
    pub(super) fn give_up(&mut self, now: Duration) -> Option<Told> {
        let (before, since) = (self.state, self.since);
        (self.passes, self.undecided) = (0, false);
        if matches!(before, State::Failed { .. }) {
            return None;
        }
        self.publish(now, |check| check.state = check.failed());
        match before {
            State::Works(_) => Some(self.tell_failed(Some(since), now)),
            _ => (!self.known.failing).then(|| self.tell_failed(None, now)),
        }
    }

    /// Where it was enabled after a failure that people know of, it has worked since.
    fn tell_failed(&mut self, worked_since: Option<Duration>, now: Duration) -> Told {
        if let Some(since) = worked_since.filter(|_| self.known.failing) {
            self.known.since = since;
        }
        self.known.failed(self.status(), self.failures, now)
    }

    fn failed(&self) -> State {
        State::Failed { softened: self.passed_once && self.options.scope == Scope::Shared }
    }

    /// What changes what is published moves the time since when it has been so.
    pub(super) fn publish(&mut self, now: Duration, change: impl FnOnce(&mut Self)) {
        let before = self.status();
        change(self);
        if before != self.status() {
            self.since = now;
        }
    }
}
