use std::time::{Duration, Instant};

use super::moment::Moment;
use crate::{Scope, Status, info::Info, planted, timing::Timing};

/// What a row of runs must be like to move the published status.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thresholds {
    pub(super) failure: u32,
    pub(super) success: u32,
    pub(super) failure_status: Status,
    pub(super) scope: Scope,
    /// A check that settings have taken out is well, whatever it was.
    pub(super) enabled: bool,
}

impl Thresholds {
    pub(super) fn of(info: &Info, timing: &Timing) -> Self {
        Self {
            failure: timing.failure_threshold,
            success: timing.success_threshold,
            failure_status: info.failure_status,
            scope: info.scope,
            enabled: info.enabled,
        }
    }
}

/// A change of the published status that is told to people.
#[derive(Clone, Debug)]
pub(crate) struct Transition {
    pub(crate) from: Status,
    pub(crate) to: Status,
    pub(crate) change: Change,
    /// How long the status before it lasted.
    pub(crate) lasted: Duration,
    pub(crate) failures: u32,
    pub(crate) at: Moment,
    /// Came about in planned maintenance.
    pub(crate) planned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Began to fail.
    Failed,
    /// Has failed ever since the start.
    NeverPassed,
    /// Works again after a failure.
    Recovered,
    /// Works as before, better or worse.
    Shifted,
    /// Counts otherwise, because settings say so from now on.
    Overridden,
}

impl Change {
    pub(crate) fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::NeverPassed)
    }
}

/// The hysteresis of one check: the state table of one check, as a function of completed runs.
#[derive(Debug)]
pub(super) struct Threshold {
    thresholds: Thresholds,
    phase: Phase,
    passed_once: bool,
    failures: u32,
    successes: u32,
    /// Failures since the check last worked.
    outage: u32,
    since: Moment,
    told: Told,
    /// It has not been looked at since it was enabled: one run decides.
    unseen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pending,
    Passing(Status),
    /// What it counts as is not changed by a pass on the way back. `shared`: as degraded, in place of error.
    Failed {
        shared: bool,
    },
}

/// What people were told last. Moves between ok and degraded are published at once, but told only when they stay.
#[derive(Debug)]
struct Told {
    status: Status,
    failing: bool,
    at: Instant,
    row: u32,
}

impl Threshold {
    pub(super) fn new(thresholds: Thresholds, now: Moment) -> Self {
        let told = Told { status: Status::Ok, failing: false, at: now.at, row: 0 };
        let mut this = Self {
            thresholds,
            phase: Phase::Pending,
            passed_once: false,
            failures: 0,
            successes: 0,
            outage: 0,
            since: now,
            told,
            unseen: false,
        };
        this.told.status = this.status();
        this
    }

    /// The published status.
    pub(super) fn status(&self) -> Status {
        match self.phase {
            _ if !self.thresholds.enabled => Status::Ok,
            Phase::Pending if self.holds() || self.failures > 0 => self.thresholds.failure_status,
            Phase::Pending => Status::Ok,
            Phase::Passing(status) => status,
            Phase::Failed { shared: true } => self.thresholds.failure_status.min(Status::Degraded),
            Phase::Failed { shared: false } => self.thresholds.failure_status,
        }
    }

    /// What a failure counts as from now on.
    fn failed(&self) -> Phase {
        Phase::Failed { shared: self.passed_once && self.thresholds.scope == Scope::Shared }
    }

    /// Since when the check fails, as people were told.
    pub(super) fn failing_since(&self) -> Instant {
        self.told.at
    }

    /// Whether the last run passed, and nothing has to be mended.
    pub(super) fn is_well(&self) -> bool {
        matches!(self.phase, Phase::Passing(_)) && self.failures == 0 && !self.unseen
    }

    pub(super) fn is_unseen(&self) -> bool {
        self.unseen
    }

    pub(super) fn is_pending(&self) -> bool {
        self.thresholds.enabled && self.phase == Phase::Pending
    }

    pub(super) fn passed_once(&self) -> bool {
        self.passed_once
    }

    pub(super) fn since(&self) -> Moment {
        self.since
    }

    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// A check whose failure does not count as an error holds no probe.
    pub(super) fn holds(&self) -> bool {
        self.thresholds.enabled && self.thresholds.failure_status == Status::Error
    }

    /// Whether the next run may move the published status, so that it should come soon.
    pub(super) fn is_change_pending(&self) -> bool {
        match self.phase {
            Phase::Pending => true,
            Phase::Passing(_) => self.failures > 0 || self.unseen,
            Phase::Failed { .. } => self.successes > 0,
        }
    }

    /// A run passed, as ok or degraded.
    pub(super) fn pass(&mut self, status: Status, now: Moment) -> Option<Transition> {
        let before = self.status();
        (self.failures, self.unseen) = (0, false);
        self.successes = self.successes.saturating_add(1);
        self.passed_once = true;
        if matches!(self.phase, Phase::Failed { .. })
            && (self.successes < self.thresholds.success || planted::deaf())
        {
            return None;
        }
        let outage = std::mem::take(&mut self.outage);
        match self.phase {
            Phase::Pending if !self.told.failing => {
                self.told = Told { status, failing: false, at: now.at, row: 1 }
            }
            Phase::Passing(same) if same == status => self.told.row = self.told.row.saturating_add(1),
            _ => self.told.row = 1,
        }
        self.enter(Phase::Passing(status), before, now);
        if self.told.failing {
            return Some(self.tell(status, Change::Recovered, outage, now));
        }
        let stays = if status > self.told.status { self.thresholds.failure } else { self.thresholds.success };
        (status != self.told.status && self.told.row >= stays)
            .then(|| self.tell(status, Change::Shifted, 0, now))
    }

    /// A run failed, or did not end in time.
    pub(super) fn fail(&mut self, now: Moment) -> Option<Transition> {
        let before = self.status();
        self.successes = 0;
        self.failures = self.failures.saturating_add(1);
        self.outage = self.outage.saturating_add(1);
        let reached = std::mem::take(&mut self.unseen) || self.failures >= self.thresholds.failure;
        let (phase, change) = match self.phase {
            Phase::Passing(_) if reached => (self.failed(), Change::Failed),
            phase => (phase, Change::NeverPassed),
        };
        let tells = reached && self.is_news();
        self.enter(phase, before, now);
        tells.then(|| self.tell(self.status(), change, self.failures, now))
    }

    /// Nothing was completed for too long.
    pub(super) fn stale(&mut self, now: Moment) -> Option<Transition> {
        let before = self.status();
        (self.successes, self.unseen) = (0, false);
        if matches!(self.phase, Phase::Failed { .. }) {
            return None;
        }
        let tells = self.is_news();
        self.enter(self.failed(), before, now);
        tells.then(|| self.tell(self.status(), Change::Failed, self.failures, now))
    }

    /// Settings count otherwise from now on. What people know of a failure stays: it has not ended. `starting`: the process is, so
    /// that what never passed still has to.
    pub(super) fn adjust(
        &mut self,
        thresholds: Thresholds,
        starting: bool,
        now: Moment,
    ) -> Option<Transition> {
        let before = self.status();
        let enables = thresholds.enabled && !self.thresholds.enabled;
        self.thresholds = thresholds;
        if enables && (self.passed_once || !starting) {
            self.look_anew();
        }
        let to = self.status();
        if before == to {
            return None;
        }
        let lasted = now.since(std::mem::replace(&mut self.since, now));
        self.told.status = to;
        // Nobody is told when what has not run yet passes, so this would be an alert without an end.
        let told = self.phase != Phase::Pending || self.told.failing;
        told.then_some(Transition {
            from: before,
            to,
            change: Change::Overridden,
            lasted,
            failures: self.failures,
            at: now,
            planned: false,
        })
    }

    /// While it was disabled nobody looked: what was known before is no verdict, and not one on all replicas at once.
    fn look_anew(&mut self) {
        self.phase = Phase::Passing(Status::Ok);
        (self.failures, self.successes) = (0, 0);
        (self.passed_once, self.unseen) = (true, true);
    }

    /// Whether a failure now is news. One from before the check was disabled has been taken for well since.
    fn is_news(&mut self) -> bool {
        let passing = matches!(self.phase, Phase::Passing(_));
        if passing && self.told.failing {
            self.told.at = self.since.at;
        }
        passing || !self.told.failing
    }

    fn enter(&mut self, phase: Phase, before: Status, now: Moment) {
        self.phase = phase;
        if before != self.status() {
            self.since = now;
        }
    }

    fn tell(&mut self, to: Status, change: Change, failures: u32, now: Moment) -> Transition {
        let failing = change.is_failure();
        // What has never passed has failed since the start.
        let at = if change == Change::NeverPassed { self.told.at } else { now.at };
        let before = std::mem::replace(&mut self.told, Told { status: to, failing, at, row: 0 });
        let lasted = now.at.saturating_duration_since(before.at);
        Transition { from: before.status, to, change, lasted, failures, at: now, planned: false }
    }
}

#[cfg(test)]
mod tests;
