use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::Cell;
use crate::{
    Cause, Entry, Outcome, Status,
    info::Info,
    last::{Last, Said},
    run::{
        attempt::Ended,
        flight::Flight,
        moment::Moment,
        threshold::{Threshold, Transition},
    },
};

/// What is published with it.
pub(in crate::run) fn published(
    last: &Arc<Last>,
    info: &Arc<Info>,
    threshold: &Threshold,
    running_since: Option<SystemTime>,
) -> Entry {
    Entry {
        info: Arc::clone(info),
        status: threshold.status(),
        pending: threshold.is_pending(),
        started: threshold.passed_once() || !threshold.holds(),
        last: if info.enabled { Arc::clone(last) } else { Last::disabled() },
        since: threshold.since().wall,
        failures: threshold.failures(),
        running_since,
    }
}

impl Cell {
    /// Takes in what the run said, and what that moves.
    pub(super) fn take(&mut self, ended: Ended, flight: &Flight, now: Moment) -> Option<Transition> {
        let duration = now.since(flight.started);
        let timeout = flight.timeout;
        let late = flight.is_late() && !matches!(ended, Ended::Cancelled);
        let outcome = match ended {
            Ended::Said(outcome) => self.slow(outcome, duration),
            Ended::Panicked(message) => Outcome::error(format_args!("panicked: {message}")),
            Ended::Cancelled => {
                Outcome::error(format_args!("no answer within {timeout:?}, dropped after {duration:.0?}"))
                    .because(Cause::TimedOut)
            }
        };
        let outcome =
            if late && outcome.cause().is_none() { outcome.because(Cause::TimedOut) } else { outcome };
        let inconclusive = outcome.is_inconclusive();
        let (status, said, data) = outcome.into_parts();
        let message = match said {
            said if !late => said,
            None => Some(format!("no answer within {timeout:?}, came after {duration:.0?}")),
            Some(said) => Some(format!("no answer within {timeout:?}, came after {duration:.0?}: {said}")),
        };
        let said = Said::new(message, data);
        self.last = Arc::new(Last { said, duration: Some(duration), checked_at: Some(now.wall) });
        match status {
            _ if flight.is_late() || (inconclusive && !self.threshold.is_well()) => None,
            Status::Ok | Status::Degraded => self.threshold.pass(status, now),
            Status::Error => self.threshold.fail(now),
        }
    }

    fn slow(&self, outcome: Outcome, duration: Duration) -> Outcome {
        match self.timing.degraded_above {
            Some(above) if duration > above && outcome.status() == Status::Ok => {
                let slow = Outcome::degraded(format_args!("took {duration:.0?}, more than {above:?}"));
                outcome.into_parts().2.into_iter().fold(slow, |slow, (key, value)| slow.with(key, value))
            }
            _ => outcome,
        }
    }
}
