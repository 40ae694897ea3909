use std::{
    sync::Arc,
    time::{Instant, SystemTime},
};

use super::{
    cell::published,
    engine::Engine,
    moment::Moment,
    threshold::{Threshold, Thresholds},
};
use crate::{Entry, Status, info::Info, timing::Timing};

/// What is published of a check that fails for good: as the thresholds make it, without a run.
#[derive(Debug)]
pub(crate) struct Consequence {
    /// Where it has never passed.
    pub(crate) at_first: Entry,
    /// Where it has passed before; `None` where it does not run any more.
    pub(crate) later: Option<Entry>,
}

/// A check as it runs, and what its failure leads to.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) info: Arc<Info>,
    pub(crate) timing: Timing,
    pub(crate) consequence: Consequence,
}

impl Engine {
    /// Every check, ordered by name.
    pub(crate) fn declared(&self) -> Vec<Declared> {
        let cells: Vec<_> =
            self.table().cells.iter().map(|cell| (Arc::clone(&cell.info), *cell.timing)).collect();
        let declared = cells.into_iter().map(|(info, timing)| {
            let consequence = Consequence::new(&info, &timing);
            Declared { info, timing, consequence }
        });
        declared.collect()
    }
}

impl Consequence {
    fn new(info: &Arc<Info>, timing: &Timing) -> Self {
        let now = Moment { at: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let failing = |threshold: &Threshold| published(&Arc::default(), info, threshold, None);
        let mut threshold = Threshold::new(Thresholds::of(info, timing), now);
        threshold.fail(now);
        let at_first = failing(&threshold);
        threshold.pass(Status::Ok, now);
        // As failed as by a row of runs, however long that must be.
        threshold.stale(now);
        Self { at_first, later: (!info.is_done_once_passed()).then(|| failing(&threshold)) }
    }
}
