use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    attempt::{Attempt, Ended},
    feed::RunResult,
    hops::Hops,
    moment::Moment,
    round::Round,
};
use crate::Status;

/// The one run of a check that is under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: u64,
    /// What pollers work on, once they get to it.
    pub(super) attempt: Option<Arc<Attempt>>,
    pub(super) started: Moment,
    /// The readers who wait for it.
    pub(super) round: Option<Arc<Round>>,
    /// The process was frozen meanwhile: what comes out says nothing of the dependency.
    pub(super) void: bool,
    /// Readers were answered without it.
    pub(super) left_behind: bool,
    pub(super) hops: Hops,
    /// Settings may have changed it since for the runs that follow.
    pub(super) timeout: Duration,
    stage: Stage,
    timeout_at: Instant,
    cancel_at: Instant,
}

impl Flight {
    pub(super) fn new(
        id: u64,
        started: Moment,
        timeout: Duration,
        cancel_after: Duration,
        round: Option<Arc<Round>>,
        hops: Hops,
    ) -> Self {
        Self {
            id,
            attempt: None,
            started,
            round,
            void: false,
            left_behind: false,
            hops,
            timeout,
            stage: Stage::InTime,
            timeout_at: started.at + timeout,
            cancel_at: started.at + cancel_after,
        }
    }

    /// Gives the run its whole time again, from now. One that was reported already is not void, and only dropped later.
    pub(super) fn make_void(&mut self, now: Instant, timeout: Duration, cancel_after: Duration) {
        if !self.is_late() {
            (self.void, self.timeout) = (true, timeout);
        }
        self.timeout_at = now + timeout;
        self.cancel_at = now + cancel_after;
    }

    /// Reported as not ended in time.
    pub(super) fn is_late(&self) -> bool {
        self.stage != Stage::InTime
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.stage == Stage::Cancelled
    }

    /// True once, when the timeout is over.
    pub(super) fn takes_timeout(&mut self, now: Instant) -> bool {
        self.takes(Stage::InTime, self.timeout_at <= now, Stage::Late)
    }

    /// True once, when the run is to be dropped.
    pub(super) fn takes_cancel(&mut self, now: Instant) -> bool {
        self.takes(Stage::Late, self.cancel_at <= now, Stage::Cancelled)
    }

    /// When time alone changes something.
    pub(super) fn wake(&self) -> Option<Instant> {
        match self.stage {
            Stage::InTime => Some(self.timeout_at),
            Stage::Late => Some(self.cancel_at),
            Stage::Cancelled => None,
        }
    }

    /// What it comes to where it has ended so, and is not void.
    pub(super) fn result(&self, ended: &Ended) -> RunResult {
        match ended {
            Ended::Cancelled => RunResult::Dropped,
            _ if self.is_late() => RunResult::Late,
            Ended::Panicked(_) => RunResult::Panicked,
            Ended::Said(outcome) => match outcome.status() {
                Status::Ok => RunResult::Ok,
                Status::Degraded => RunResult::Degraded,
                Status::Error => RunResult::Error,
            },
        }
    }

    fn takes(&mut self, from: Stage, due: bool, to: Stage) -> bool {
        let taken = self.stage == from && due;
        if taken {
            self.stage = to;
        }
        taken
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    InTime,
    Late,
    Cancelled,
}
