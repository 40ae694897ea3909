use std::time::Duration;

use crate::{Options, Status, told::Known};

mod events;
mod plan;
mod settings;
mod thresholds;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// It said that all is well.
    Passed,
    /// It said that it is degraded, which is a pass.
    Degraded,
    /// As [`Degraded`](Self::Degraded), by a look that says nothing of the dependency, as with an exhausted pool: neither mends
    /// a failure nor is a first pass.
    Inconclusive,
    /// It said that it failed, or panicked.
    Failed,
    /// It was dropped, some time after its timeout.
    Dropped,
}

/// What is published of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Published {
    /// Has not passed yet. Holds readiness where a failure counts as an error; otherwise see [`Check::status`].
    Pending,
    /// It works.
    Ok,
    /// It works, but not as it should; or its failure counts so.
    Degraded,
    /// It does not work.
    Error,
}

/// One check of one process.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for itself, as in the table")]
pub struct Check {
    options: Options,
    enabled: bool,
    drained: bool,
    state: State,
    since: Duration,
    passed_once: bool,
    /// In a row.
    failures: u32,
    /// In a row.
    passes: u32,
    /// Failures since it last worked.
    outage: u32,
    /// It was enabled, and nothing is known since: one run decides.
    undecided: bool,
    /// A run has said something, or has timed out.
    looked: bool,
    stale: bool,
    silent_since: Duration,
    run: Option<Run>,
    due: Option<Duration>,
    fresh_until: Option<Duration>,
    known: Known,
    remind_at: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Pending,
    Works(Status),
    /// `softened`: counts as degraded at most, because all replicas share what it looks at.
    Failed {
        softened: bool,
    },
}

#[derive(Clone, Copy, Debug)]
struct Run {
    began: Duration,
    timeout_at: Duration,
    drop_at: Duration,
    timed_out: bool,
    dropped: bool,
    void: bool,
}

impl Check {
    /// A check of a process that starts now, at zero.
    pub fn new(options: Options) -> Self {
        let mut check = Self {
            options,
            enabled: true,
            drained: false,
            state: State::Pending,
            since: Duration::ZERO,
            passed_once: false,
            failures: 0,
            passes: 0,
            outage: 0,
            undecided: false,
            looked: false,
            stale: false,
            silent_since: Duration::ZERO,
            run: None,
            due: None,
            fresh_until: None,
            known: Known::new(Status::Ok),
            remind_at: None,
        };
        check.known.status = check.status();
        check.plan_first(Duration::ZERO);
        check.silent_since = check.due.unwrap_or_default();
        check
    }

    /// What is published.
    pub fn published(&self) -> Published {
        match self.status() {
            _ if self.enabled && self.state == State::Pending => Published::Pending,
            Status::Ok => Published::Ok,
            Status::Degraded => Published::Degraded,
            Status::Error => Published::Error,
        }
    }

    /// What it counts as in a report.
    pub fn status(&self) -> Status {
        let failure = self.options.failure_status;
        match self.state {
            _ if !self.enabled => Status::Ok,
            State::Works(status) => status,
            State::Pending if failure == Status::Error || self.failures > 0 => failure,
            State::Pending => Status::Ok,
            State::Failed { softened: true } => failure.min(Status::Degraded),
            State::Failed { softened: false } => failure,
        }
    }

    /// Since when that has been so.
    pub fn since(&self) -> Duration {
        self.since
    }

    /// Failed runs in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the process has not started because of it, where that is asked of it.
    pub fn holds_the_start(&self) -> bool {
        self.enabled && !self.passed_once && self.options.failure_status == Status::Error
    }

    /// Whether a run is under way: no other begins beside it.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// When it runs next by itself; `None` while it runs, and where only questions start it.
    pub fn next_run(&self) -> Option<Duration> {
        self.due.filter(|_| self.run.is_none() && !self.drained)
    }

    /// Of an on-demand check that does not run: from when on a question starts a run. `None` for background checks.
    pub fn fresh_until(&self) -> Option<Duration> {
        self.fresh_until.filter(|_| self.run.is_none() && !self.drained)
    }

    /// When the run under way will have failed, unless it ends before.
    pub fn timeout_at(&self) -> Option<Duration> {
        self.run.filter(|run| !run.timed_out && !self.drained).map(|run| run.timeout_at)
    }

    /// When the run under way is to be dropped, unless it ends before.
    pub fn drop_at(&self) -> Option<Duration> {
        self.run.filter(|run| !run.dropped && !self.drained).map(|run| run.drop_at)
    }

    /// When it will be stale, unless something is completed before.
    pub fn stale_at(&self) -> Option<Duration> {
        let since = match self.run {
            _ if self.stale || !self.enabled || self.drained => return None,
            _ if self.options.period().is_some() => self.silent_since,
            Some(run) => self.silent_since.max(run.began),
            None => return None,
        };
        Some(since + self.options.stale_after())
    }

    /// When people are told again of a failure that lasts.
    pub fn remind_at(&self) -> Option<Duration> {
        self.remind_at.filter(|_| !self.drained)
    }

    /// When time alone changes something.
    pub fn wake(&self) -> Option<Duration> {
        let run = self.timeout_at().or(self.drop_at());
        [self.next_run(), run, self.stale_at(), self.remind_at()].into_iter().flatten().min()
    }

    /// Whether the next run may change what is published.
    pub fn is_change_pending(&self) -> bool {
        match self.state {
            State::Pending => true,
            State::Works(_) => self.failures > 0 || self.undecided,
            State::Failed { .. } => self.passes > 0,
        }
    }
}
