use std::sync::Arc;

use arc_swap::Guard;

use super::{
    effect::Urgency, engine::Engine, hops::Hops, moment::Moment, rest::Rest, round::Round,
    snapshot::Snapshot, table::Table,
};
use crate::{Selection, endpoint::Endpoint, planted};

/// Who reads, as far as that decides what a read may cause.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    may_start: bool,
    hops: Hops,
}

impl Reader {
    /// One who may have on-demand checks run, or may not.
    pub(crate) fn new(may_start: bool) -> Self {
        Self { may_start, hops: Hops::NONE }
    }

    /// One whose question came through services.
    pub(crate) fn through(self, hops: Hops) -> Self {
        Self { may_start: self.may_start && hops.may_start(), hops }
    }
}

impl Engine {
    /// The snapshot, where it answers the endpoint as it is: no lock, no allocation.
    pub(crate) fn peek(&self, endpoint: Endpoint) -> Option<Guard<Arc<Snapshot>>> {
        let snapshot = self.snapshot.load();
        snapshot.is_valid(endpoint).then_some(snapshot)
    }

    /// The snapshot as it is, without waiting for anything.
    #[cfg_attr(
        not(any(feature = "dashboard", all(feature = "systemd", target_os = "linux"))),
        allow(dead_code, reason = "for who only looks")
    )]
    pub(crate) fn latest(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The snapshot after the runs that the selection waits for, or after the deadline. On-demand checks are begun where
    /// the reader may do so.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub(crate) async fn read(&self, selection: &Selection, reader: Reader) -> Arc<Snapshot> {
        if let Some(round) = self.join(selection, reader)
            && tokio::time::timeout(self.deadline, round.over(selection.kinds)).await.is_err()
        {
            let mut rest = Rest::default();
            let mut table = self.table();
            self.abandon(&mut table, &round, &mut rest);
            self.finish(table, rest);
        }
        planted::kept(self.snapshot.load_full())
    }

    /// The round to wait for, if any.
    pub(super) fn join(&self, selection: &Selection, reader: Reader) -> Option<Arc<Round>> {
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        if let Some(open) = table.open.clone().filter(|round| round.ends_at <= now.at) {
            self.abandon(&mut table, &open, &mut rest);
        }
        // Of the runs under way, one may be what asks.
        let waits = reader.hops.is_none() || table.open.is_none();
        if waits && reader.may_start && !table.closed && !table.frozen {
            for check in 0..table.cells.len() {
                let cell = &table.cells[check];
                let ran = table.open.as_ref().is_some_and(|round| round.id == cell.round);
                if !ran && selection.names(cell.entry()) && cell.is_wanted(now.at, reader.hops) {
                    let round = table.round(now.at + self.deadline);
                    self.begin(&mut table, check, now, Some(&round), reader.hops, &mut rest);
                }
            }
        }
        let round = table.open.clone().filter(|round| waits && !round.is_over(selection.kinds));
        self.settle(&mut table, Urgency::None, now.at, &mut rest);
        self.finish(table, rest);
        round
    }

    /// Answers everybody who waits with what is there; the runs go on.
    pub(super) fn abandon(&self, table: &mut Table, round: &Arc<Round>, rest: &mut Rest) {
        if !table.open.as_ref().is_some_and(|open| Arc::ptr_eq(open, round)) {
            return;
        }
        table.open = None;
        for cell in &mut table.cells {
            if cell
                .flight
                .as_ref()
                .and_then(|flight| flight.round.as_ref())
                .is_some_and(|of| Arc::ptr_eq(of, round))
            {
                cell.leave_behind();
            }
        }
        round.abandon();
        rest.rounds.push(Arc::clone(round));
        self.settle(table, Urgency::AtOnce, Moment::now().at, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_start_runs_may_not_through_services_either_and_far_away_nobody_may() {
        let near = Hops::read(Some(b"1"));
        let far = Hops::read(Some(b"9"));
        let may = |may_start, hops| Reader::new(may_start).through(hops).may_start;
        assert!(may(true, Hops::NONE) && may(true, near) && !may(true, far));
        assert!(!may(false, Hops::NONE) && !may(false, near));
    }
}
