use std::sync::Arc;

use super::{
    caught::caught,
    feed::{Event, Observer},
    lane::{Lane, Line, Told},
    pool::Pool,
};
use crate::observe;

/// What is to be told, in order: to observers, and to people by the log. Either may block or panic, so pollers do it, one of them
/// for each of the two.
#[derive(Debug, Default)]
pub(super) struct Journal {
    observers: Vec<Arc<dyn Observer>>,
    passed_on: Lane,
    logged: Lane,
}

impl Journal {
    pub(super) fn new(observers: Vec<Arc<dyn Observer>>) -> Self {
        Self { observers, ..Self::default() }
    }

    /// Whether what nobody logs is told to somebody.
    pub(super) fn is_observed(&self) -> bool {
        self.observers.iter().any(|observer| observer.sees_runs())
    }

    pub(super) fn write(self: &Arc<Self>, lines: impl IntoIterator<Item = Line>, pool: &Arc<Pool>) {
        if self.append(lines) {
            self.begin(pool);
        }
    }

    /// Adds lines, under whatever lock orders them; calls nobody. True where the caller then has to [`begin`](Self::begin).
    pub(super) fn append(&self, lines: impl IntoIterator<Item = Line>) -> bool {
        self.passed_on.append(lines)
    }

    pub(super) fn begin(self: &Arc<Self>, pool: &Arc<Pool>) {
        let (journal, passing) = (Arc::clone(self), Arc::clone(pool));
        pool.call(move || journal.pass_on(&passing));
    }

    fn pass_on(self: &Arc<Self>, pool: &Arc<Pool>) {
        self.passed_on.take(|line| {
            if let Line::Event(event) = &line {
                self.observe(event);
            }
            if !line.is_of_run() && self.logged.append([line]) {
                let journal = Arc::clone(self);
                pool.call(move || journal.log());
            }
        });
    }

    fn observe(&self, event: &Event) {
        let of_run = event.is_of_run();
        for observer in self.observers.iter().filter(|observer| !of_run || observer.sees_runs()) {
            let _ = caught(|| observer.see(event));
        }
    }

    fn log(&self) {
        self.logged.take(|line| match line {
            Line::Event(event) => observe::event(&event),
            Line::Call(Told(tell)) => tell(),
            Line::Lost(lost) => observe::untold(lost),
        });
    }
}
