use std::{
    any::Any,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{effect::News, tallies::Tallies, threshold::Transition};
use crate::{Entry, Lifecycle};

/// What happens in the engine, for those who pass it on.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A run began. Only told where somebody observes.
    Began {
        entry: Arc<Entry>,
    },
    /// A run has used up its timeout, which is one failure. It is still under way.
    TimedOut {
        entry: Arc<Entry>,
        timeout: Duration,
    },
    /// A run is not under way any more. Only told where somebody observes.
    Ended(Run),
    News(News),
    /// Settings have changed what a check is like.
    Adjusted(Adjusted),
    /// The process has come to this.
    Lifecycle {
        lifecycle: Lifecycle,
        at: SystemTime,
    },
    /// Planned maintenance begins, or is over.
    Planned(bool),
    /// The monitor is gone: nothing comes any more.
    Closed,
    /// The process did not run for a while.
    Thawed {
        late: Duration,
    },
    /// Everything that is counted, and what it is now: at the start, every 5 s, and whenever readiness changes. Only told where
    /// somebody observes.
    #[cfg_attr(not(feature = "metrics"), allow(dead_code, reason = "for who exports it"))]
    Beat(Arc<Tallies>),
}

impl Event {
    /// Whether it comes with every run, however many there are, and is nothing that people must know.
    pub(crate) fn is_of_run(&self) -> bool {
        matches!(self, Self::Began { .. } | Self::TimedOut { .. } | Self::Ended(_) | Self::Beat(_))
    }
}

/// A run that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The check as published afterwards.
    pub(crate) entry: Arc<Entry>,
    pub(crate) result: RunResult,
    pub(crate) duration: Duration,
    pub(crate) at: SystemTime,
}

/// A check that settings have changed.
#[derive(Clone, Debug)]
pub(crate) struct Adjusted {
    /// The check as published from now on.
    pub(crate) entry: Arc<Entry>,
    /// Each option with its value before and after.
    pub(crate) changes: Vec<(&'static str, String, String)>,
    /// Where that moved the published status; told of as news, too.
    pub(crate) transition: Option<Transition>,
}

/// What a run came to, whatever that makes of the published status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunResult {
    Ok,
    Degraded,
    Error,
    Panicked,
    /// Ended by itself after its timeout, which was told and counted before.
    Late,
    /// Dropped after its timeout, which was told and counted before.
    Dropped,
    /// The process was frozen meanwhile, or drains: it says nothing.
    Void,
}

impl RunResult {
    /// The word in traces and metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Error => "error",
            Self::Panicked => "panicked",
            Self::Late => "late",
            Self::Dropped => "dropped",
            Self::Void => "void",
        }
    }

    /// Whether the entry's message is of this run.
    pub(crate) fn tells(self) -> bool {
        self != Self::Void
    }

    /// Whether the check did not do what it is for.
    pub(crate) fn is_failure(self) -> bool {
        !matches!(self, Self::Ok | Self::Degraded | Self::Void)
    }
}

/// One who is told every event, in order, on a poller and with no lock held, whether the log blocks or not. A panic of it is
/// caught; what blocks in it holds up the log and the others, so whatever may block has a queue of its own.
pub(crate) trait Observer: Any + Send + Sync + std::fmt::Debug {
    fn see(&self, event: &Event);

    /// Whether it is to be told of each run.
    fn sees_runs(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_result_has_a_word_and_says_whether_it_tells_and_fails() {
        let results = RunResult::ALL.map(|result| (result.as_str(), result.tells(), result.is_failure()));
        assert_eq!(
            results,
            [
                ("ok", true, false),
                ("degraded", true, false),
                ("error", true, true),
                ("panicked", true, true),
                ("late", true, true),
                ("dropped", true, true),
                ("void", false, false),
            ]
        );
    }
}
