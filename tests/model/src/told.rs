use std::time::Duration;

use crate::{Options, Status};

/// What people are told, once: in the log and by alerts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Why.
    pub change: Change,
    /// What they were told before.
    pub from: Status,
    /// What it is now.
    pub to: Status,
    /// How long the status before it lasted.
    pub lasted: Duration,
    /// Failures in a row that led to it, or all of the outage that is over.
    pub failures: u32,
}

/// Why people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It worked, and fails.
    Failed,
    /// It has failed ever since the start.
    NeverPassed,
    /// It works again.
    Recovered,
    /// It works as before, better or worse, and that stays so.
    Shifted,
    /// Settings make it count otherwise.
    Overridden,
}

/// What people know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) status: Status,
    /// They know of a failure that is not over.
    pub(crate) failing: bool,
    pub(crate) since: Duration,
    /// Passes in a row that said the same.
    same: u32,
}

impl Known {
    pub(crate) fn new(status: Status) -> Self {
        Self { status, failing: false, since: Duration::ZERO, same: 0 }
    }

    /// The first pass, where nobody has heard of failures, is no news.
    pub(crate) fn first(&mut self, status: Status, now: Duration) {
        *self = Self { status, failing: false, since: now, same: 1 };
    }

    pub(crate) fn failed(&mut self, to: Status, failures: u32, now: Duration) -> Told {
        self.tell(Change::Failed, to, failures, now)
    }

    /// It has failed since the start, and that is when the failure began.
    pub(crate) fn never_passed(&mut self, to: Status, failures: u32, now: Duration) -> Told {
        let since = self.since;
        let told = self.tell(Change::NeverPassed, to, failures, now);
        self.since = since;
        told
    }

    pub(crate) fn recovered(&mut self, to: Status, outage: u32, now: Duration) -> Told {
        self.tell(Change::Recovered, to, outage, now)
    }

    /// A pass of a check that works: news where it has said otherwise than what is known often enough.
    pub(crate) fn passed(
        &mut self,
        status: Status,
        same: bool,
        options: &Options,
        now: Duration,
    ) -> Option<Told> {
        self.same = if same { self.same.saturating_add(1) } else { 1 };
        let stays = if status > self.status { options.failure_threshold } else { options.success_threshold };
        (status != self.status && self.same >= stays).then(|| self.tell(Change::Shifted, status, 0, now))
    }

    fn tell(&mut self, change: Change, to: Status, failures: u32, now: Duration) -> Told {
        let told = Told { change, from: self.status, to, lasted: now.saturating_sub(self.since), failures };
        let failing = matches!(change, Change::Failed | Change::NeverPassed);
        *self = Self { status: to, failing, since: now, same: 0 };
        told
    }
}
