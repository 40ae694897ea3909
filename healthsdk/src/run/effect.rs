use std::{sync::Arc, time::Duration};

use super::{feed::RunResult, threshold::Transition};
use crate::Entry;

/// What happened to a check that others must hear of.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// How soon readers must see it.
    pub(super) urgency: Urgency,
    /// It should be run now.
    pub(super) due: bool,
    /// The run under way has just been reported as not ended in time.
    pub(super) timed_out: bool,
    /// The run under way must be dropped.
    pub(super) cancel: bool,
    pub(super) news: Option<News>,
    /// The run that was under way has ended so, after so long.
    pub(super) ended: Option<(RunResult, Duration)>,
}

/// How soon readers must see a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// There is none.
    #[default]
    None,
    /// Something on an entry, but not its status.
    Changed,
    /// A published status.
    Moved,
    /// Somebody waits for it.
    AtOnce,
}

/// What a log line tells of.
#[derive(Clone, Debug)]
pub(crate) enum News {
    Transition { entry: Arc<Entry>, transition: Transition },
    StillFailing { entry: Arc<Entry>, lasted: Duration },
}
