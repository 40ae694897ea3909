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

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Wake, Waker},
    };

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    fn is_cut(passage: &mut Passage) -> bool {
        passage.poll_cut(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn requests_are_counted_until_they_end_whatever_becomes_of_their_worker() {
        let traffic = Traffic::default();
        assert!(!traffic.is_counted());
        let (first, second) = (traffic.lane(), traffic.lane());
        let passages = [first.enter(), first.enter(), second.enter()];
        drop((first, second));
        let _third = traffic.lane();
        assert!(traffic.is_counted());
        assert_eq!(traffic.requests(), 3);
        drop(passages);
        assert_eq!((traffic.requests(), traffic.cut_short()), (0, 0));
    }

    #[test]
    fn workers_that_are_gone_are_forgotten() {
        let traffic = Traffic::default();
        (0..10).for_each(|_| drop(traffic.lane()));
        let kept = traffic.lane();
        let _other = traffic.lane();
        assert_eq!(traffic.lanes.lock().expect("nobody panicked").len(), 2);
        let _passage = kept.enter();
        assert_eq!(traffic.requests(), 1);
    }

    #[test]
    fn once_the_server_stops_the_end_of_each_request_is_told_and_an_early_one_counted() {
        let traffic = Traffic::default();
        let lane = traffic.lane();
        let mut told = pin!(traffic.ended());
        let mut is_told = || told.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        drop(lane.enter());
        assert!(!is_told());
        traffic.stop();
        let mut complete = lane.enter();
        complete.complete();
        drop(complete);
        assert!(is_told());
        assert_eq!(traffic.cut_short(), 0);
        drop(lane.enter());
        assert_eq!(traffic.cut_short(), 1);
    }

    #[test]
    fn a_cut_reaches_who_waits_who_never_waits_and_who_comes_later() {
        let traffic = Traffic::default();
        let lane = traffic.lane();
        let (mut waits, never_waits, mut complete) = (lane.enter(), lane.enter(), lane.enter());
        complete.complete();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        assert!(waits.poll_cut(&mut Context::from_waker(&waker)).is_pending());
        assert!(!never_waits.is_cut());
        traffic.cut();
        assert!(woken.0.load(Ordering::SeqCst));
        assert!(is_cut(&mut waits) && is_cut(&mut lane.enter()));
        assert!(never_waits.is_cut());
        assert!(!complete.is_cut(), "it has left as a whole");
    }
}
