use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use super::{
    caught::caught,
    feed::Run,
    hops::Hops,
    pool::{Pool, Work},
    span::RunSpan,
};
use crate::{Outcome, check::RunFuture, info::Info, redact::Redactor};

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ended {
    Said(Outcome),
    Panicked(String),
    Cancelled,
}

impl Ended {
    /// Without secrets, as it is kept. Calls the user's hook.
    pub(super) fn redacted(self, redactor: &Redactor) -> Self {
        match self {
            Self::Said(outcome) => Self::Said(outcome.redacted(redactor)),
            Self::Panicked(message) => Self::Panicked(redactor.message(message)),
            Self::Cancelled => Self::Cancelled,
        }
    }
}

/// Who is told how a run ended, and says what that comes to, unless nobody waits for this one any more. Called on a poller,
/// with no lock held.
pub(super) trait Sink: Send + Sync {
    fn ended(&self, check: usize, run: u64, ended: Ended) -> Option<Run>;
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
    info: Arc<Info>,
}

/// What is polled, with its span from the first poll on.
struct Task {
    future: RunFuture,
    span: Option<RunSpan>,
}

enum Phase {
    Waiting(Task),
    Queued(Task),
    Polling { woken: bool },
    Done,
}

impl Attempt {
    /// A run that the caller pushes to the pool.
    pub(super) fn queued(
        future: RunFuture,
        pool: Arc<Pool>,
        sink: Weak<dyn Sink>,
        check: usize,
        run: u64,
        hops: Hops,
        info: Arc<Info>,
    ) -> Arc<Self> {
        let phase = Mutex::new(Phase::Queued(Task { future, span: None }));
        Arc::new(Self { phase, cancelled: AtomicBool::new(false), pool, sink, check, run, hops, info })
    }

    /// Has a poller drop the future as soon as it is not being polled.
    pub(super) fn cancel(self: &Arc<Self>) {
        self.cancelled.store(true, Ordering::Release);
        Arc::clone(self).wake();
    }

    fn take_queued(&self) -> Option<Task> {
        let mut phase = self.phase();
        match std::mem::replace(&mut *phase, Phase::Polling { woken: false }) {
            Phase::Queued(task) => Some(task),
            other => {
                *phase = other;
                None
            }
        }
    }

    fn park(self: Arc<Self>, task: Task) {
        let mut phase = self.phase();
        if self.is_cancelled() {
            drop(phase);
            return self.end(task, Ended::Cancelled);
        }
        if matches!(*phase, Phase::Polling { woken: true }) {
            *phase = Phase::Queued(task);
            drop(phase);
            Arc::clone(&self.pool).push([self]);
        } else {
            *phase = Phase::Waiting(task);
        }
    }

    fn end(&self, task: Task, mut ended: Ended) {
        let Task { future, span } = task;
        *self.phase() = Phase::Done;
        let drop = || caught(|| drop(future));
        let dropped = match &span {
            Some(span) => span.during(drop),
            None => drop(),
        };
        if let Err(message) = dropped {
            ended = Ended::Panicked(message);
        }
        let run = self.sink.upgrade().and_then(|sink| sink.ended(self.check, self.run, ended));
        if let Some(span) = span {
            span.end(run.as_ref());
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work for Attempt {
    /// Polls the future once.
    fn work(self: Arc<Self>) {
        let Some(mut task) = self.take_queued() else { return };
        if self.is_cancelled() {
            return self.end(task, Ended::Cancelled);
        }
        let Task { future, span } = &mut task;
        let span = span.get_or_insert_with(|| RunSpan::begin(&self.info));
        let waker = Waker::from(Arc::clone(&self));
        let poll = || Pin::new(&mut *future).poll(&mut Context::from_waker(&waker));
        match span.during(|| self.hops.during(|| caught(poll))) {
            Ok(Poll::Pending) => self.park(task),
            Ok(Poll::Ready(outcome)) => self.end(task, Ended::Said(outcome)),
            Err(message) => self.end(task, Ended::Panicked(message)),
        }
    }
}

impl Wake for Attempt {
    fn wake(self: Arc<Self>) {
        let mut phase = self.phase();
        match std::mem::replace(&mut *phase, Phase::Done) {
            Phase::Waiting(task) => {
                *phase = Phase::Queued(task);
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

// With its path, as another crate mounts this file elsewhere.
#[cfg(test)]
#[path = "attempt/tests.rs"]
mod tests;
