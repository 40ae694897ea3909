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

#[cfg(test)]
mod tests {
    use std::{
        sync::{Mutex, mpsc},
        time::{Duration, SystemTime},
    };

    use super::*;
    use crate::{Entry, Lifecycle, Outcome, run::clock::Clock};

    #[derive(Debug, Default)]
    struct Seen {
        runs: bool,
        panics: bool,
        events: Mutex<Vec<&'static str>>,
    }

    impl Observer for Seen {
        fn see(&self, event: &Event) {
            let name = match event {
                Event::Began { .. } => "began",
                Event::Lifecycle { .. } => "lifecycle",
                _ => "other",
            };
            self.events.lock().expect("nobody panics with it").push(name);
            assert!(!self.panics, "an observer with a fault");
        }

        fn sees_runs(&self) -> bool {
            self.runs
        }
    }

    #[derive(Debug)]
    struct Plain;

    impl Observer for Plain {
        fn see(&self, _: &Event) {}
    }

    fn of_run() -> Line {
        let entry = Entry::own("check".to_owned(), Outcome::ok(), SystemTime::UNIX_EPOCH);
        Line::Event(Event::Began { entry: Arc::new(entry) })
    }

    fn of_people() -> Line {
        Line::Event(Event::Lifecycle { lifecycle: Lifecycle::Ready, at: SystemTime::UNIX_EPOCH })
    }

    #[test]
    fn each_observer_is_told_what_it_sees_in_order_and_then_the_log_is() {
        let pool = Pool::start(1, Arc::new(Clock::new())).expect("a thread can be started");
        let faulty = Arc::new(Seen { panics: true, ..Seen::default() });
        let (all, rare) = (Arc::new(Seen { runs: true, ..Seen::default() }), Arc::new(Seen::default()));
        let observers: [Arc<dyn Observer>; 3] = [faulty.clone(), all.clone(), rare.clone()];
        let journal = Arc::new(Journal::new(observers.into()));
        let (written, log) = mpsc::channel();
        for _ in 0..2 {
            let written = written.clone();
            let line = Line::Call(Told(Box::new(move || written.send(()).expect("the test waits"))));
            journal.write([of_run(), of_people(), of_run(), line], &pool);
            log.recv_timeout(Duration::from_secs(30)).expect("it is logged");
        }
        let events = |seen: &Seen| seen.events.lock().expect("nobody panicked with it").clone();
        assert_eq!(events(&all), ["began", "lifecycle", "began"].repeat(2));
        assert_eq!((events(&rare), events(&faulty)), (vec!["lifecycle"; 2], vec!["lifecycle"; 2]));
        pool.close();
    }

    #[test]
    fn runs_are_told_where_somebody_sees_them_and_to_whoever_does_not_say_otherwise() {
        let observed = |observers| Journal::new(observers).is_observed();
        assert!(!observed(Vec::new()));
        assert!(!observed(vec![Arc::new(Seen::default())]));
        assert!(observed(vec![Arc::new(Seen::default()), Arc::new(Plain)]));
    }
}
