use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

use super::Cell;
use crate::{
    Cause, Entry, Outcome, Status,
    info::Info,
    run::{
        attempt::Ended,
        flight::Flight,
        moment::Moment,
        threshold::{Threshold, Transition},
    },
};

/// What the last run said.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct Last {
    pub(super) message: Option<String>,
    pub(super) data: Map<String, Value>,
    pub(super) duration: Option<Duration>,
    pub(super) checked_at: Option<SystemTime>,
}

impl Last {
    pub(super) fn not_run() -> Self {
        Self { message: Some("has not run yet".to_owned()), ..Self::default() }
    }

    /// What is published with it.
    pub(in crate::run) fn entry(
        &self,
        info: &Arc<Info>,
        threshold: &Threshold,
        running_since: Option<SystemTime>,
    ) -> Entry {
        let said = if info.enabled {
            self.clone()
        } else {
            Self { message: Some("disabled by settings".to_owned()), ..Self::default() }
        };
        Entry {
            info: Arc::clone(info),
            status: threshold.status(),
            pending: threshold.is_pending(),
            started: threshold.passed_once() || !threshold.holds(),
            message: said.message,
            data: said.data,
            duration: said.duration,
            checked_at: said.checked_at,
            since: threshold.since().wall,
            failures: threshold.failures(),
            running_since,
        }
    }
}

impl Cell {
    /// Takes in what the run said, and what that moves.
    pub(super) fn take(&mut self, ended: Ended, flight: &Flight, now: Moment) -> Option<Transition> {
        let duration = now.since(flight.started);
        let timeout = flight.timeout;
        let outcome = match ended {
            Ended::Said(outcome) => self.slow(outcome, duration),
            Ended::Panicked(message) => Outcome::error(format_args!("panicked: {message}")),
            Ended::Cancelled => {
                Outcome::error(format_args!("no answer within {timeout:?}, dropped after {duration:.0?}"))
                    .because(Cause::TimedOut)
            }
        };
        let late = flight.is_late() && !flight.is_cancelled();
        let outcome =
            if late && outcome.cause().is_none() { outcome.because(Cause::TimedOut) } else { outcome };
        let inconclusive = outcome.is_inconclusive();
        let (status, said, data) = outcome.into_parts();
        let message = match said {
            said if !late => said,
            None => Some(format!("no answer within {timeout:?}, came after {duration:.0?}")),
            Some(said) => Some(format!("no answer within {timeout:?}, came after {duration:.0?}: {said}")),
        };
        self.last = Last { message, data, duration: Some(duration), checked_at: Some(now.wall) };
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
