use std::{
    future::{Ready, ready},
    sync::atomic::AtomicUsize,
    time::SystemTime,
};

use super::*;
use crate::{Entry, check::Start, run::clock::Clock};

/// How runs ended.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Sink for Told {
    fn ended(&self, _: usize, _: u64, ended: Ended) -> Option<Run> {
        self.0.lock().expect("nobody panicked with it").push(format!("{ended:?}"));
        None
    }
}

/// A run, queued where no thread takes it.
struct Bench {
    attempt: Arc<Attempt>,
    told: Arc<Told>,
}

impl Bench {
    fn of(start: &Start) -> Self {
        let told = Arc::new(Told::default());
        let sink: Weak<dyn Sink> = Arc::<Told>::downgrade(&told);
        let pool = Pool::without_threads(Arc::new(Clock::new()));
        let info = Entry::own("x".to_owned(), Outcome::ok(), SystemTime::UNIX_EPOCH).info;
        Self { attempt: Attempt::queued(start.begin(), pool, sink, 0, 1, Hops::NONE, info), told }
    }

    fn work(&self) {
        Arc::clone(&self.attempt).work();
    }

    #[track_caller]
    fn ended(&self, expected: &[&str]) {
        assert_eq!(*self.told.0.lock().expect("nobody panicked with it"), expected);
    }
}

#[test]
fn a_future_that_panics_when_it_is_made_is_a_run_that_panicked() {
    let bench = Bench::of(&Start::future(|| -> Ready<()> { panic!("no address") }));
    bench.work();
    bench.ended(&["Panicked(\"no address\")"]);
    bench.work();
    bench.ended(&["Panicked(\"no address\")"]);
}

#[test]
fn a_run_that_is_cancelled_before_its_first_poll_never_calls_the_users_code() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let start = Start::future(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        ready(())
    });
    let bench = Bench::of(&start);
    bench.attempt.cancel();
    bench.ended(&[]);
    bench.work();
    bench.ended(&["Cancelled"]);
    drop(start);
    assert_eq!((calls.load(Ordering::SeqCst), Arc::strong_count(&calls)), (0, 1), "and it lets go of it");
}
