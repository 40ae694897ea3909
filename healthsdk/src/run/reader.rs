use std::sync::Arc;

use arc_swap::Guard;

use super::{
    effect::Urgency,
    engine::{Engine, Rest},
    moment::Moment,
    round::Round,
    snapshot::Snapshot,
    table::Table,
};
use crate::{Selection, endpoint::Endpoint};

impl Engine {
    /// The snapshot, where it answers the endpoint as it is: no lock, no allocation.
    pub(crate) fn peek(&self, endpoint: Endpoint) -> Option<Guard<Arc<Snapshot>>> {
        let snapshot = self.snapshot.load();
        snapshot.is_valid(endpoint).then_some(snapshot)
    }

    /// The snapshot after the runs that the selection waits for, or after the deadline. On-demand checks are begun where
    /// the caller may do so.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub(crate) async fn read(&self, selection: &Selection, may_start: bool) -> Arc<Snapshot> {
        if let Some(round) = self.join(selection, may_start)
            && tokio::time::timeout(self.deadline, round.over(selection.kinds)).await.is_err()
        {
            let mut rest = Rest::default();
            let mut table = self.table();
            self.abandon(&mut table, &round, &mut rest);
            drop(table);
            self.finish(rest);
        }
        self.snapshot.load_full()
    }

    /// The round to wait for, if any.
    fn join(&self, selection: &Selection, may_start: bool) -> Option<Arc<Round>> {
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        if let Some(open) = table.open.clone().filter(|round| round.ends_at <= now.at) {
            self.abandon(&mut table, &open, &mut rest);
        }
        if may_start && !table.closed {
            for check in 0..table.cells.len() {
                let cell = &table.cells[check];
                let ran = table.open.as_ref().is_some_and(|round| round.id == cell.round);
                if !ran && selection.names(cell.entry()) && cell.is_wanted(now.at) {
                    let round = table.round(now.at + self.deadline);
                    rest.push.extend(self.begin(&mut table, check, now, Some(&round)));
                }
            }
        }
        let round = table.open.clone().filter(|round| !round.is_over(selection.kinds));
        self.settle(&mut table, Urgency::None, now.at, &mut rest);
        drop(table);
        self.finish(rest);
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
