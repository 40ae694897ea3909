use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{cell::Cell, engine::Engine, feed::Event, rest::Rest, table::Table, tally::Tally};
use crate::{Entry, Lifecycle, about::About};

/// What the engine has counted, at one time.
#[derive(Debug)]
pub(crate) struct Tallies {
    pub(crate) about: Arc<About>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) ready: bool,
    /// How late the engine's own clock is at worst, over the last minute or two.
    pub(crate) lag: Duration,
    pub(crate) freezes: u64,
    pub(crate) checks: Vec<Tallied>,
}

/// One check and what its runs have come to.
#[derive(Debug)]
pub(crate) struct Tallied {
    pub(crate) entry: Arc<Entry>,
    pub(crate) tally: Tally,
    pub(crate) in_flight: bool,
}

impl Engine {
    /// A copy of what is counted: runs nothing, and holds the lock for as long as copying takes.
    pub(crate) fn tallies(&self) -> Tallies {
        self.tallied(&self.table())
    }

    /// Tells observers of everything that is counted, if it is time.
    pub(super) fn beat_if(&self, due: bool, table: &Table, rest: &mut Rest) {
        if due {
            rest.observed(self, || Event::Beat(Arc::new(self.tallied(table))));
        }
    }

    fn tallied(&self, table: &Table) -> Tallies {
        let snapshot = self.snapshot.load();
        Tallies {
            about: Arc::clone(&self.about),
            lifecycle: snapshot.progress().lifecycle,
            ready: snapshot.is_ready(),
            lag: table.lag.worst().max(self.clock.lateness(Instant::now())),
            freezes: table.lag.freezes(),
            checks: table.cells.iter().map(Cell::tallied).collect(),
        }
    }
}
