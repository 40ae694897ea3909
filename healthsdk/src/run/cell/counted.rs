use std::{sync::Arc, time::Duration};

use super::Cell;
use crate::run::{
    feed::{Run, RunResult},
    flight::Flight,
    moment::Moment,
    tallies::Tallied,
};

impl Cell {
    /// What is counted of it.
    pub(in crate::run) fn tallied(&self) -> Tallied {
        let in_flight = self.flight.is_some();
        Tallied { entry: Arc::clone(&self.entry), tally: self.tally.clone(), in_flight }
    }

    /// The run under way has ended when nothing changes the check any more.
    pub(in crate::run) fn ended_void(&mut self, now: Moment) -> Option<Run> {
        let flight = self.flight.take()?;
        let ended = self.count(RunResult::Void, &flight, now);
        Some(self.told(ended, now))
    }

    /// What is told of a run that has ended so, after so long.
    pub(in crate::run) fn told(&self, (result, duration): (RunResult, Duration), now: Moment) -> Run {
        Run { entry: Arc::clone(&self.entry), result, duration, at: now.wall }
    }

    pub(super) fn count(&mut self, result: RunResult, flight: &Flight, now: Moment) -> (RunResult, Duration) {
        let duration = now.since(flight.started);
        self.tally.ended(result, duration, now.wall);
        (result, duration)
    }
}
