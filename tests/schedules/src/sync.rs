//! Loom's locks and atomics, and a `Notify` that promises what tokio's does.

use real::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

pub use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
pub use real::sync::{Arc, PoisonError, Weak};

/// Wakes all who wait: each that was made before the call, polled or not.
#[derive(Debug)]
pub struct Notify(Mutex<Waiters>);

#[derive(Debug, Default)]
struct Waiters {
    calls: usize,
    wakers: Vec<Waker>,
}

impl Notify {
    /// One for which nobody waits.
    #[allow(clippy::new_without_default, reason = "as that of tokio")]
    pub fn new() -> Self {
        Self(Mutex::new(Waiters::default()))
    }

    /// Waits for the next call of [`notify_waiters`](Self::notify_waiters).
    pub fn notified(&self) -> Notified<'_> {
        Notified { notify: self, calls: self.waiters().calls }
    }

    /// Wakes all who wait.
    pub fn notify_waiters(&self) {
        let mut waiters = self.waiters();
        waiters.calls += 1;
        let wakers = std::mem::take(&mut waiters.wakers);
        drop(waiters);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn waiters(&self) -> MutexGuard<'_, Waiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that waits.
#[derive(Debug)]
pub struct Notified<'a> {
    notify: &'a Notify,
    calls: usize,
}

impl Notified<'_> {
    /// Whether it was woken already. It is registered since it was made.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.notify.waiters().calls != self.calls
    }
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waiters = self.notify.waiters();
        if waiters.calls != self.calls {
            return Poll::Ready(());
        }
        waiters.wakers.push(cx.waker().clone());
        Poll::Pending
    }
}
