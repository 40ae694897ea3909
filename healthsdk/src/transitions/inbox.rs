use std::{
    collections::VecDeque,
    panic::Location,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

use crate::Transition;

/// How many wait in it at most.
const LONGEST: usize = 256;

/// What one reader has not taken yet.
#[derive(Debug)]
pub(crate) struct Inbox {
    /// The hook that reads it.
    hook: Option<&'static Location<'static>>,
    since: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Transition>,
    /// How many were lost since the reader looked.
    lost: u64,
    reader: Option<Waker>,
    closed: bool,
}

impl Inbox {
    pub(super) fn new(hook: Option<&'static Location<'static>>, since: Instant) -> Self {
        Self { hook, since, state: Mutex::default() }
    }

    pub(super) fn hook(&self) -> Option<&'static Location<'static>> {
        self.hook
    }

    /// True where this is the first since the reader looked for which another was lost.
    pub(super) fn put(&self, transition: &Transition) -> bool {
        if transition.moment().at < self.since {
            return false;
        }
        let mut state = self.state();
        let full = state.waiting.len() == LONGEST;
        if full {
            state.waiting.pop_front();
            state.lost += 1;
        }
        state.waiting.push_back(transition.clone());
        let begins_to_lose = full && state.lost == 1;
        wake(state);
        begins_to_lose
    }

    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        wake(state);
    }

    pub(super) fn poll(&self, context: &mut Context<'_>, missed: &mut u64) -> Poll<Option<Transition>> {
        let mut state = self.state();
        *missed += std::mem::take(&mut state.lost);
        let next = state.waiting.pop_front();
        if next.is_some() || state.closed {
            return Poll::Ready(next);
        }
        let waker = context.waker().clone();
        let before = state.reader.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The waker is the reader's: it is woken with no lock held.
fn wake(mut state: MutexGuard<'_, State>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}
