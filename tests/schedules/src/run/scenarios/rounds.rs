use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use super::explore;
use crate::{Kind, kind::Kinds, run::round::Round};

/// What is behind the engine's lock, and the snapshot before it: how many runs it tells of.
struct Engine {
    lock: Mutex<usize>,
    snapshot: AtomicUsize,
    round: Round,
}

impl Engine {
    /// A round with one run for each of these.
    fn new(runs: &[Kinds]) -> Self {
        let round = Round::new(1, Instant::now());
        for kinds in runs {
            round.add(*kinds);
        }
        Self { lock: Mutex::new(0), snapshot: AtomicUsize::new(0), round }
    }

    /// In the order of the engine: under the lock the run leaves, the snapshot is swapped and the round told, and after it who waits
    /// is woken.
    fn ended(&self, kinds: Kinds) {
        let mut ended = self.lock.lock().expect("no panic");
        *ended += 1;
        let last = self.round.remove(kinds);
        if last {
            self.snapshot.store(*ended, Ordering::Release);
            self.round.published();
        }
        drop(ended);
        if last {
            self.round.wake();
        }
    }

    fn abandon(&self) {
        let ended = self.lock.lock().expect("no panic");
        self.round.abandon();
        self.snapshot.store(*ended + 100, Ordering::Release);
        self.round.published();
        drop(ended);
        self.round.wake();
    }

    fn read(&self, kinds: Kinds) -> usize {
        loom::future::block_on(self.round.over(kinds));
        self.snapshot.load(Ordering::Acquire)
    }
}

const READY: Kinds = Kinds::NONE.with(Kind::Readiness);
const BOTH: Kinds = READY.with(Kind::Liveness);

/// Two runs end while one reader waits for one kind, and another for all.
pub fn a_reader_that_is_let_go_sees_why() {
    explore(2, || {
        let engine = Arc::new(Engine::new(&[READY, BOTH]));
        let pollers = Arc::clone(&engine);
        let pollers = loom::thread::spawn(move || {
            pollers.ended(READY);
            pollers.ended(BOTH);
        });
        let all = Arc::clone(&engine);
        let all = loom::thread::spawn(move || all.read(Kinds::NONE));
        assert_eq!(engine.read(READY), 2, "both are of its kind");
        assert_eq!(all.join().expect("no panic"), 2);
        pollers.join().expect("no panic");
    });
}

/// The deadline of one reader lets the other go as well, though the run goes on.
pub fn a_reader_that_nobody_waits_with_is_let_go() {
    explore(3, || {
        let engine = Arc::new(Engine::new(&[READY]));
        let deadline = Arc::clone(&engine);
        let deadline = loom::thread::spawn(move || deadline.abandon());
        assert_eq!(engine.read(READY), 100, "a snapshot that names what has not ended");
        deadline.join().expect("no panic");
    });
}
