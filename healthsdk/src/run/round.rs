use std::{
    sync::atomic::{AtomicU8, AtomicU32, Ordering},
    time::Instant,
};

use tokio::sync::Notify;

use crate::{Kind, kind::Kinds};

/// The runs that readers wait for together: who comes while a round is open joins it, so that however many ask, each check
/// runs once.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) id: u64,
    /// From here on nobody joins, and what has not ended is left behind.
    pub(super) ends_at: Instant,
    /// Runs under way, of each kind and, last, of all. Changed under the engine's lock alone.
    running: [AtomicU32; Kind::ALL.len() + 1],
    /// A bit for each count: it is zero, and readers can see in the snapshot why.
    over: AtomicU8,
    woken: Notify,
}

const ALL: usize = Kind::ALL.len();

impl Round {
    pub(super) fn new(id: u64, ends_at: Instant) -> Self {
        Self { id, ends_at, running: Default::default(), over: AtomicU8::new(u8::MAX), woken: Notify::new() }
    }

    pub(super) fn add(&self, kinds: Kinds) {
        for index in indexes(kinds) {
            self.running[index].fetch_add(1, Ordering::Relaxed);
            self.over.fetch_and(!(1 << index), Ordering::Relaxed);
        }
    }

    /// One run of these kinds has ended. True where that was the last of a kind, so that somebody may be waiting for it.
    pub(super) fn remove(&self, kinds: Kinds) -> bool {
        // No short cut: each count goes down.
        indexes(kinds)
            .fold(false, |last, index| (self.running[index].fetch_sub(1, Ordering::Relaxed) == 1) | last)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_over(Kinds::NONE)
    }

    /// Whether no run of these kinds is under way; of any kind where none is named.
    pub(super) fn is_over(&self, kinds: Kinds) -> bool {
        wanted(kinds).all(|index| self.running[index].load(Ordering::Relaxed) == 0)
    }

    /// Nobody waits any more.
    pub(super) fn abandon(&self) {
        for count in &self.running {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// The snapshot tells of all that has ended. Under the engine's lock, so that nothing else ends, or begins, meanwhile.
    pub(super) fn published(&self) {
        for index in (0..=ALL).filter(|index| self.running[*index].load(Ordering::Relaxed) == 0) {
            self.over.fetch_or(1 << index, Ordering::Release);
        }
    }

    /// Lets readers look whether their runs are among those.
    pub(super) fn wake(&self) {
        self.woken.notify_waiters();
    }

    /// Waits until no run of these kinds is under way.
    pub(super) async fn over(&self, kinds: Kinds) {
        loop {
            let mut woken = std::pin::pin!(self.woken.notified());
            woken.as_mut().enable();
            let over = self.over.load(Ordering::Acquire);
            if wanted(kinds).all(|index| over & 1 << index != 0) {
                return;
            }
            woken.await;
        }
    }
}

/// The counts in which a run of these kinds takes part.
fn indexes(kinds: Kinds) -> impl Iterator<Item = usize> {
    kinds.iter().map(|kind| kind as usize).chain([ALL])
}

/// The counts that a reader of these kinds waits for.
fn wanted(kinds: Kinds) -> impl Iterator<Item = usize> {
    let everything = kinds.is_empty().then_some(ALL);
    kinds.iter().map(|kind| kind as usize).chain(everything)
}

#[cfg(test)]
mod tests {
    use std::{
        pin::{Pin, pin},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        task::{Context, Wake, Waker},
    };

    use super::*;

    const LIVENESS: Kinds = Kinds::NONE.with(Kind::Liveness);
    const READINESS: Kinds = Kinds::NONE.with(Kind::Readiness);
    const BOTH: Kinds = LIVENESS.with(Kind::Readiness);
    const STARTUP: Kinds = Kinds::NONE.with(Kind::Startup);

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    fn round(runs: &[Kinds]) -> Round {
        let round = Round::new(1, Instant::now());
        for kinds in runs {
            round.add(*kinds);
        }
        round
    }

    fn is_ready(waits: Pin<&mut impl Future<Output = ()>>) -> bool {
        waits.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    /// Of liveness, readiness, startup and any kind: whether a reader waits no more.
    fn answered(round: &Round) -> [bool; 4] {
        [LIVENESS, READINESS, STARTUP, Kinds::NONE].map(|kinds| is_ready(pin!(round.over(kinds))))
    }

    fn over(round: &Round) -> [bool; 4] {
        [LIVENESS, READINESS, STARTUP, Kinds::NONE].map(|kinds| round.is_over(kinds))
    }

    #[test]
    fn a_reader_waits_for_the_runs_of_his_kinds_alone() {
        let none = round(&[]);
        assert!(none.is_empty());
        assert_eq!((over(&none), answered(&none)), ([true; 4], [true; 4]));
        let one = round(&[READINESS]);
        assert!(!one.is_empty());
        assert_eq!(over(&one), [true, false, true, false]);
        assert_eq!(answered(&one), [true, false, true, false]);
        assert!(!one.is_over(BOTH), "of either kind is not enough");
    }

    #[test]
    fn the_last_run_of_a_kind_is_told_of() {
        let round = round(&[BOTH, READINESS, STARTUP]);
        assert!(round.remove(BOTH), "liveness waits for nothing more");
        assert_eq!(over(&round), [true, false, false, false]);
        assert!(round.remove(READINESS));
        assert!(round.remove(STARTUP));
        assert!(round.is_empty());
        let round = self::round(&[READINESS, READINESS]);
        assert!(!round.remove(READINESS));
        assert!(round.remove(READINESS));
    }

    #[test]
    fn readers_go_on_when_the_snapshot_tells_of_what_has_ended() {
        let round = round(&[READINESS, STARTUP]);
        round.remove(READINESS);
        assert_eq!(answered(&round), [true, false, false, false], "nobody can see it yet");
        round.published();
        assert_eq!(answered(&round), [true, true, false, false]);
        round.abandon();
        assert_eq!(over(&round), [true; 4]);
        round.published();
        assert_eq!(answered(&round), [true; 4]);
    }

    #[test]
    fn who_waits_is_woken_to_look_again() {
        let round = round(&[READINESS]);
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut waits = pin!(round.over(READINESS));
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        round.remove(READINESS);
        round.published();
        assert!(!woken.0.load(Ordering::SeqCst));
        round.wake();
        assert!(woken.0.load(Ordering::SeqCst));
        assert!(is_ready(waits));
    }
}
