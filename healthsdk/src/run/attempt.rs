use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use super::{
    caught::caught,
    hops::Hops,
    pool::{Pool, Work},
};
use crate::{Outcome, check::BoxFuture};

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ended {
    Said(Outcome),
    Panicked(String),
    Cancelled,
}

/// Who is told how a run ended. Called on a poller, with no lock held.
pub(super) trait Sink: Send + Sync {
    fn ended(&self, check: usize, run: u64, ended: Ended);
}

/// One run of a check, from its first poll to the drop of its future.
///
/// The future is out of the cell while it is polled, so that no lock spans the user's code, and whoever holds the attempt can
/// cancel it meanwhile. It is polled and dropped by pollers alone.
pub(super) struct Attempt {
    phase: Mutex<Phase>,
    cancelled: AtomicBool,
    pool: Arc<Pool>,
    sink: Weak<dyn Sink>,
    check: usize,
    run: u64,
    hops: Hops,
}

enum Phase {
    Waiting(BoxFuture),
    Queued(BoxFuture),
    Polling { woken: bool },
    Done,
}

impl Attempt {
    /// A run that the caller pushes to the pool.
    pub(super) fn queued(
        future: BoxFuture,
        pool: Arc<Pool>,
        sink: Weak<dyn Sink>,
        check: usize,
        run: u64,
        hops: Hops,
    ) -> Arc<Self> {
        let phase = Mutex::new(Phase::Queued(future));
        Arc::new(Self { phase, cancelled: AtomicBool::new(false), pool, sink, check, run, hops })
    }

    /// Has a poller drop the future as soon as it is not being polled.
    pub(super) fn cancel(self: &Arc<Self>) {
        self.cancelled.store(true, Ordering::Release);
        Arc::clone(self).wake();
    }

    fn take_queued(&self) -> Option<BoxFuture> {
        let mut phase = self.phase();
        match std::mem::replace(&mut *phase, Phase::Polling { woken: false }) {
            Phase::Queued(future) => Some(future),
            other => {
                *phase = other;
                None
            }
        }
    }

    fn park(self: Arc<Self>, future: BoxFuture) {
        let mut phase = self.phase();
        if self.is_cancelled() {
            drop(phase);
            return self.end(future, Ended::Cancelled);
        }
        if matches!(*phase, Phase::Polling { woken: true }) {
            *phase = Phase::Queued(future);
            drop(phase);
            Arc::clone(&self.pool).push([self]);
        } else {
            *phase = Phase::Waiting(future);
        }
    }

    fn end(&self, future: BoxFuture, mut ended: Ended) {
        *self.phase() = Phase::Done;
        if let Err(message) = caught(|| drop(future)) {
            ended = Ended::Panicked(message);
        }
        if let Some(sink) = self.sink.upgrade() {
            sink.ended(self.check, self.run, ended);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work for Attempt {
    /// Polls the future once.
    fn work(self: Arc<Self>) {
        let Some(mut future) = self.take_queued() else { return };
        if self.is_cancelled() {
            return self.end(future, Ended::Cancelled);
        }
        let waker = Waker::from(Arc::clone(&self));
        let poll = || future.as_mut().poll(&mut Context::from_waker(&waker));
        match self.hops.during(|| caught(poll)) {
            Ok(Poll::Pending) => self.park(future),
            Ok(Poll::Ready(outcome)) => self.end(future, Ended::Said(outcome)),
            Err(message) => self.end(future, Ended::Panicked(message)),
        }
    }
}

impl Wake for Attempt {
    fn wake(self: Arc<Self>) {
        let mut phase = self.phase();
        match std::mem::replace(&mut *phase, Phase::Done) {
            Phase::Waiting(future) => {
                *phase = Phase::Queued(future);
                drop(phase);
                Arc::clone(&self.pool).push([self]);
            }
            Phase::Polling { .. } => *phase = Phase::Polling { woken: true },
            other => *phase = other,
        }
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("check", &self.check).field("run", &self.run).finish_non_exhaustive()
    }
}
