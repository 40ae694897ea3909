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
