//! Those who wait for transitions, each with a bounded queue of its own.

mod inbox;

pub(crate) use inbox::Inbox;

use std::{
    future::poll_fn,
    panic::Location,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
    time::Instant,
};

use futures_core::Stream;

use crate::{
    Monitor, Transition, observe,
    run::{Event, Observer, caught},
};

/// The transitions since [`Monitor::subscribe`], in order. A [`Stream`] as well.
///
/// It keeps at most 256 that nobody has taken: then the oldest is lost for each that comes, and [`missed`](Self::missed) counts
/// it. Whoever reads slowly holds up neither checks nor other readers.
#[derive(Debug)]
pub struct Transitions {
    inbox: Arc<Inbox>,
    missed: u64,
}

impl Transitions {
    /// The next one, waiting for it; `None` once the last clone of the monitor was dropped and all were taken. Nothing is lost
    /// where the wait is given up.
    pub async fn next(&mut self) -> Option<Transition> {
        poll_fn(|context| self.poll(context)).await
    }

    /// How many were lost so far because they were not taken in time.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Transition>> {
        self.inbox.poll(context, &mut self.missed)
    }
}

impl Stream for Transitions {
    type Item = Transition;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Transition>> {
        self.get_mut().poll(context)
    }
}

impl Monitor {
    /// The transitions of all checks from now on. The subscription does not keep the monitor alive, and ends with it.
    ///
    /// ```
    /// # use healthsdk::Monitor;
    /// # async fn f(monitor: Monitor) {
    /// let mut transitions = monitor.subscribe();
    /// while let Some(transition) = transitions.next().await {
    ///     println!("{}: {} after {}", transition.check(), transition.to(), transition.from());
    /// }
    /// # }
    /// ```
    pub fn subscribe(&self) -> Transitions {
        self.subscribers().open(None)
    }
}

/// All who wait.
#[derive(Debug, Default)]
pub(crate) struct Subscribers(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    inboxes: Vec<Weak<Inbox>>,
    closed: bool,
}

impl Subscribers {
    /// One more, which may be a hook declared at this place.
    pub(crate) fn open(&self, hook: Option<&'static Location<'static>>) -> Transitions {
        let mut list = self.list();
        let inbox = Arc::new(Inbox::new(hook, Instant::now()));
        if list.closed {
            inbox.close();
        } else {
            list.inboxes.retain(|inbox| inbox.strong_count() > 0);
            list.inboxes.push(Arc::downgrade(&inbox));
        }
        Transitions { inbox, missed: 0 }
    }

    /// Nothing comes any more.
    fn close(&self) {
        self.list().closed = true;
        self.each(Inbox::close);
    }

    /// Readers are woken by it, whose code may panic: that is no fault of the others.
    fn each(&self, call: impl Fn(&Inbox)) {
        for inbox in self.inboxes() {
            let _ = caught(|| call(&inbox));
            let _ = caught(|| drop(inbox));
        }
    }

    fn inboxes(&self) -> Vec<Arc<Inbox>> {
        self.list().inboxes.iter().filter_map(Weak::upgrade).collect()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Subscribers {
    fn see(&self, event: &Event) {
        // Not before: what was published until then is told.
        if matches!(event, Event::Closed) {
            return self.close();
        }
        let Some(transition) = Transition::of(event) else { return };
        self.each(|inbox| {
            let begins_to_lose = inbox.put(&transition);
            if let Some(hook) = inbox.hook().filter(|_| begins_to_lose) {
                observe::hook_is_behind(hook);
            }
        });
    }

    fn sees_runs(&self) -> bool {
        false
    }
}

/// Where nobody says that it is closed: a monitor that does not start.
impl Drop for Subscribers {
    fn drop(&mut self) {
        self.close();
    }
}
