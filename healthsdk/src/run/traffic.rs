use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use tokio::sync::{Notify, futures::OwnedNotified};

/// The requests under way, counted for each worker apart so that workers do not contend.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    lanes: Mutex<Vec<Arc<Lane>>>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Told when a request ends while the server stops.
    ended: Notify,
    counted: AtomicBool,
    stopping: AtomicBool,
    cutting: AtomicBool,
    /// Requests that were dropped before their end while the server stopped.
    cut: AtomicUsize,
}

/// The requests of one worker.
#[derive(Debug)]
pub(crate) struct Lane {
    requests: AtomicUsize,
    cutting: Arc<Notify>,
    shared: Arc<Shared>,
}

/// A request under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Passage {
    lane: Arc<Lane>,
    cutting: Option<Pin<Box<OwnedNotified>>>,
    complete: bool,
}

impl Traffic {
    /// For a worker that begins.
    pub(crate) fn lane(&self) -> Arc<Lane> {
        let lane = Arc::new(Lane {
            requests: AtomicUsize::new(0),
            cutting: Arc::default(),
            shared: Arc::clone(&self.shared),
        });
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|lane| Arc::strong_count(lane) > 1);
        lanes.push(Arc::clone(&lane));
        self.shared.counted.store(true, Ordering::SeqCst);
        lane
    }

    /// Whether any worker counts its requests.
    pub(super) fn is_counted(&self) -> bool {
        self.shared.counted.load(Ordering::SeqCst)
    }

    pub(super) fn requests(&self) -> usize {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.iter().map(|lane| lane.requests.load(Ordering::SeqCst)).sum()
    }

    pub(super) fn cut_short(&self) -> usize {
        self.shared.cut.load(Ordering::SeqCst)
    }

    /// From here on the end of each request is told.
    pub(super) fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
    }

    /// Ends every request that is under way.
    pub(super) fn cut(&self) {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.cutting.store(true, Ordering::SeqCst);
        for lane in &*lanes {
            lane.cutting.notify_waiters();
        }
    }

    pub(super) async fn ended(&self) {
        self.shared.ended.notified().await;
    }
}

impl Lane {
    pub(crate) fn enter(self: &Arc<Self>) -> Passage {
        self.requests.fetch_add(1, Ordering::SeqCst);
        Passage { lane: Arc::clone(self), cutting: None, complete: false }
    }
}

impl Passage {
    /// Whether the request is to end now; otherwise the task is woken when it is. Only a request that waits has to ask.
    pub(crate) fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let lane = &self.lane;
        let cutting =
            self.cutting.get_or_insert_with(|| Box::pin(Arc::clone(&lane.cutting).notified_owned()));
        let told = cutting.as_mut().poll(context).is_ready();
        if told || lane.shared.cutting.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether the time is up, for a body that never waits.
    pub(crate) fn is_cut(&self) -> bool {
        !self.complete && self.lane.shared.cutting.load(Ordering::SeqCst)
    }

    /// The answer has left as a whole.
    pub(crate) fn complete(&mut self) {
        self.complete = true;
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        let shared = &self.lane.shared;
        if shared.stopping.load(Ordering::SeqCst) && !self.complete {
            shared.cut.fetch_add(1, Ordering::SeqCst);
        }
        self.lane.requests.fetch_sub(1, Ordering::SeqCst);
        if shared.stopping.load(Ordering::SeqCst) {
            shared.ended.notify_one();
        }
    }
}
