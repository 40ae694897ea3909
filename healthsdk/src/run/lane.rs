use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{caught::caught, feed::Event};

/// Lines that wait at most, with those of runs: beyond it these are left out, and only what people must know is added.
const MOST: usize = 4096;

/// Lines that are taken one after another, by one taker at a time.
#[derive(Debug, Default)]
pub(super) struct Lane(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    waiting: VecDeque<Line>,
    taken: bool,
    /// What was left out since the last line that told of it.
    lost: usize,
}

#[derive(Debug)]
pub(super) enum Line {
    Event(Event),
    Call(Told),
    /// So many events of runs were left out.
    Lost(usize),
}

/// A line of another part of the crate.
pub(super) struct Told(pub(super) Box<dyn FnOnce() + Send>);

impl Lane {
    /// Adds lines; calls nobody. True where nobody takes them yet, and the caller has to see to it.
    pub(super) fn append(&self, lines: impl IntoIterator<Item = Line>) -> bool {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_none() {
            return false;
        }
        let mut state = self.state();
        for line in lines {
            if state.waiting.len() >= MOST && line.is_of_run() {
                state.lost += 1;
            } else {
                state.waiting.push_back(line);
            }
        }
        !std::mem::replace(&mut state.taken, true)
    }

    /// Takes lines until there are no more. A panic loses the one at which it happens.
    pub(super) fn take(&self, take: impl Fn(Line)) {
        while let Some(line) = self.next() {
            let _ = caught(|| take(line));
        }
    }

    fn next(&self) -> Option<Line> {
        let mut state = self.state();
        let line = state.waiting.pop_front().or_else(|| {
            let lost = std::mem::take(&mut state.lost);
            (lost > 0).then_some(Line::Lost(lost))
        });
        state.taken = line.is_some();
        line
    }

    fn state(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    pub(super) fn is_of_run(&self) -> bool {
        matches!(self, Self::Event(event) if event.is_of_run())
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::SystemTime};

    use super::*;
    use crate::{Entry, Lifecycle, Outcome};

    fn of_run() -> Line {
        let entry = Entry::own("check".to_owned(), Outcome::ok(), SystemTime::UNIX_EPOCH);
        Line::Event(Event::Began { entry: std::sync::Arc::new(entry) })
    }

    fn of_people() -> Line {
        Line::Event(Event::Lifecycle { lifecycle: Lifecycle::Ready, at: SystemTime::UNIX_EPOCH })
    }

    fn taken(lane: &Lane) -> Vec<String> {
        let taken = RefCell::new(Vec::new());
        lane.take(|line| taken.borrow_mut().push(format!("{line:?}")));
        taken.into_inner()
    }

    #[test]
    fn while_nobody_takes_them_events_of_runs_are_bounded_and_others_are_kept() {
        let lane = Lane::default();
        assert!(lane.append((0..2 * MOST).map(|_| of_run())), "the first has to take");
        assert!(!lane.append((0..10).map(|_| of_people())), "somebody does");
        let taken = taken(&lane);
        assert_eq!(taken.len(), MOST + 10 + 1);
        assert!(taken[MOST..MOST + 10].iter().all(|line| line.contains("Lifecycle")));
        assert_eq!(taken[MOST + 10], format!("Lost({MOST})"));
        assert!(lane.append([of_run()]), "it was empty");
    }

    #[test]
    fn a_panic_loses_one_line_alone() {
        let lane = Lane::default();
        lane.append([of_run(), of_people(), of_run()]);
        let seen = RefCell::new(0);
        lane.take(|line| {
            *seen.borrow_mut() += 1;
            assert!(line.is_of_run(), "a log with a fault");
        });
        assert_eq!(*seen.borrow(), 3);
    }
}
