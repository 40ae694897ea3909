use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::history::History;
use crate::run::{Adjusted, Event, News, Observer, Run, RunResult};

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
            | Event::Adjusted(Adjusted { entry, .. })
            | Event::News(News::Transition { entry, .. } | News::StillFailing { entry, .. }) => {
                history.published(entry, now);
            }
            Event::Thawed { late } => history.froze(*late, now),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::SystemTime};

    use super::*;
    use crate::{Entry, Outcome, dashboard::history::Shown};

    #[test]
    fn what_settings_make_of_a_check_is_shown_before_it_runs_again() {
        let recorder = Recorder::new(Instant::now());
        let entry = |outcome| Arc::new(Entry::own("a".to_owned(), outcome, SystemTime::UNIX_EPOCH));
        recorder.see(&Event::Began { entry: entry(Outcome::ok()) });
        let entry = entry(Outcome::error("gone"));
        recorder.see(&Event::Adjusted(Adjusted { entry, changes: Vec::new(), transition: None }));
        let hour = recorder.history().last("a", 0, 1).expect("it is known");
        assert_eq!(hour[0].shown, Shown::Error);
    }
}
