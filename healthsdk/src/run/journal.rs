use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    caught::caught,
    feed::{Event, Observer},
    pool::Pool,
};
use crate::observe;

/// What is to be told, in order: to people by the log, and to observers. A log may block or panic, so a poller writes it, and
/// only one at a time.
#[derive(Debug, Default)]
pub(super) struct Journal {
    lines: Mutex<Lines>,
    observers: Vec<Arc<dyn Observer>>,
}

#[derive(Debug, Default)]
struct Lines {
    waiting: VecDeque<Line>,
    writing: bool,
}

/// A line of another part of the crate.
pub(super) struct Told(pub(super) Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

#[derive(Debug)]
pub(super) enum Line {
    Event(Event),
    Call(Told),
}

impl Journal {
    pub(super) fn new(observers: Vec<Arc<dyn Observer>>) -> Self {
        Self { lines: Mutex::default(), observers }
    }

    /// Whether what nobody logs is told to somebody.
    pub(super) fn is_observed(&self) -> bool {
        self.observers.iter().any(|observer| observer.sees_runs())
    }

    pub(super) fn write(self: &Arc<Self>, lines: impl IntoIterator<Item = Line>, pool: &Arc<Pool>) {
        let mut state = self.state();
        state.waiting.extend(lines);
        if state.waiting.is_empty() || state.writing {
            return;
        }
        state.writing = true;
        drop(state);
        let journal = Arc::clone(self);
        pool.call(move || journal.flush());
    }

    fn flush(&self) {
        let writer = Writer(self);
        while let Some(line) = self.next() {
            match line {
                Line::Event(event) => {
                    // Observers are told though the log panics.
                    let logged = caught(|| observe::event(&event));
                    for observer in &self.observers {
                        let _ = caught(|| observer.see(&event));
                    }
                    drop(logged);
                }
                Line::Call(Told(tell)) => tell(),
            }
        }
        std::mem::forget(writer);
    }

    fn next(&self) -> Option<Line> {
        let mut state = self.state();
        let line = state.waiting.pop_front();
        state.writing = line.is_some();
        line
    }

    fn state(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the next line be written where this one's log panicked.
struct Writer<'a>(&'a Journal);

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.0.state().writing = false;
    }
}
