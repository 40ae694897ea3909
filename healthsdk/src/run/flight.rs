use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{attempt::Attempt, moment::Moment, round::Round};

/// The one run of a check that is under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: u64,
    pub(super) attempt: Arc<Attempt>,
    pub(super) started: Moment,
    /// The readers who wait for it.
    pub(super) round: Option<Arc<Round>>,
    /// Reported as not ended in time.
    pub(super) timed_out: bool,
    pub(super) cancelled: bool,
    /// The process was frozen meanwhile: what comes out says nothing of the dependency.
    pub(super) void: bool,
    /// Readers were answered without it.
    pub(super) left_behind: bool,
    timeout_at: Instant,
    cancel_at: Instant,
}

impl Flight {
    pub(super) fn new(
        id: u64,
        attempt: Arc<Attempt>,
        started: Moment,
        timeout: Duration,
        cancel_after: Duration,
        round: Option<Arc<Round>>,
    ) -> Self {
        Self {
            id,
            attempt,
            started,
            round,
            timed_out: false,
            cancelled: false,
            void: false,
            left_behind: false,
            timeout_at: started.at + timeout,
            cancel_at: started.at + cancel_after,
        }
    }

    /// Gives the run its whole time again, from now.
    pub(super) fn make_void(&mut self, now: Instant, timeout: Duration, cancel_after: Duration) {
        self.void = true;
        self.timeout_at = now + timeout;
        self.cancel_at = now + cancel_after;
    }

    /// True once, when the timeout is over.
    pub(super) fn takes_timeout(&mut self, now: Instant) -> bool {
        let over = !self.timed_out && self.timeout_at <= now;
        self.timed_out |= over;
        over
    }

    /// True once, when the run is to be dropped.
    pub(super) fn takes_cancel(&mut self, now: Instant) -> bool {
        let over = !self.cancelled && self.cancel_at <= now;
        self.cancelled |= over;
        over
    }

    /// When time alone changes something.
    pub(super) fn wake(&self) -> Option<Instant> {
        match (self.timed_out, self.cancelled) {
            (false, _) => Some(self.timeout_at),
            (true, false) => Some(self.cancel_at),
            (true, true) => None,
        }
    }
}
