use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::history::History;
use crate::run::{Event, News, Observer, Run, RunResult};

/// Keeps the history of every check, as the engine tells it.
#[derive(Debug)]
pub(crate) struct Recorder(Mutex<History>);

impl Recorder {
    pub(crate) fn new(began: Instant) -> Self {
        Self(Mutex::new(History::new(began)))
    }

    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn see(&self, event: &Event) {
        let now = Instant::now();
        let mut history = self.history();
        match event {
            Event::TimedOut { entry, timeout } => history.ran(entry, true, *timeout, now),
            Event::Ended(Run { entry, result, duration, .. }) => match result {
                RunResult::Ok | RunResult::Degraded => history.ran(entry, false, *duration, now),
                RunResult::Error | RunResult::Panicked => history.ran(entry, true, *duration, now),
                RunResult::Late | RunResult::Dropped => history.came_late(entry, *duration, now),
                RunResult::Void => history.published(entry, now),
            },
            Event::Began { entry }
            | Event::News(News::Transition { entry, .. } | News::StillFailing { entry, .. }) => {
                history.published(entry, now);
            }
            Event::Thawed { late } => history.froze(*late, now),
            _ => {}
        }
    }
}
