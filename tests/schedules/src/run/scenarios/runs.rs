use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Poll, Wake, Waker},
};

use super::{explore, pools::Count};
use crate::{
    Outcome,
    info::Info,
    run::{
        attempt::{Attempt, Ended, Sink},
        clock::Clock,
        feed::Run,
        hops::Hops,
        pool::Pool,
    },
};

/// What the check waits for: a socket, a timer, a channel.
#[derive(Default)]
struct Awaited(Mutex<(bool, Option<Waker>)>);

impl Awaited {
    fn comes(&self) {
        let mut awaited = self.0.lock().expect("no panic");
        awaited.0 = true;
        let waker = awaited.1.take();
        drop(awaited);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The body of the check.
struct Body {
    awaited: Arc<Awaited>,
    dropped: Arc<Count>,
}

impl Future for Body {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let mut awaited = self.awaited.0.lock().expect("no panic");
        if awaited.0 {
            return Poll::Ready(Outcome);
        }
        awaited.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.dropped.add();
    }
}

/// Who is told how the run ended.
#[derive(Default)]
struct Told(Count);

impl Sink for Told {
    fn ended(&self, _: usize, _: u64, ended: Ended) -> Option<Run> {
        assert!(!matches!(ended, Ended::Panicked(_)), "{ended:?}");
        self.0.add();
        None
    }
}

struct Stage {
    pool: Arc<Pool>,
    told: Arc<Told>,
    awaited: Arc<Awaited>,
    dropped: Arc<Count>,
    attempt: Arc<Attempt>,
}

impl Stage {
    /// A run that a poller may poll from now on.
    fn new() -> Self {
        let pool = Pool::start(0, Arc::new(Clock::default())).expect("threads can be started");
        let (told, awaited, dropped) =
            (Arc::<Told>::default(), Arc::<Awaited>::default(), Arc::<Count>::default());
        let body = Body { awaited: Arc::clone(&awaited), dropped: Arc::clone(&dropped) };
        let sink: Arc<dyn Sink> = Arc::<Told>::clone(&told);
        let sink: Weak<dyn Sink> = Arc::downgrade(&sink);
        let attempt = Attempt::queued(Box::pin(body), Arc::clone(&pool), sink, 0, 1, Hops, Arc::new(Info));
        pool.push([Arc::clone(&attempt)]);
        Self { pool, told, awaited, dropped, attempt }
    }

    /// It has ended, once, and its body is gone.
    fn ends(self) {
        self.told.0.reaches(1);
        self.attempt.cancel();
        self.pool.close();
        assert_eq!((self.told.0.get(), self.dropped.get()), (1, 1));
        // Who holds whom: the body's waker holds the run.
        *self.awaited.0.lock().expect("no panic") = (true, None);
    }
}

/// What a run waits for comes before, in and after its polls.
pub fn a_wake_up_is_never_lost() {
    explore(3, || {
        let stage = Stage::new();
        let awaited = Arc::clone(&stage.awaited);
        let comes = loom::thread::spawn(move || awaited.comes());
        stage.told.0.reaches(1);
        comes.join().expect("no panic");
        stage.ends();
    });
}

/// It is woken without a reason, what it waits for comes, and it is cancelled, all at once.
pub fn a_run_ends_once_however_it_is_woken_and_cancelled() {
    explore(2, || {
        let stage = Stage::new();
        let (awaited, idly) = (Arc::clone(&stage.awaited), Arc::clone(&stage.attempt));
        let comes = loom::thread::spawn(move || {
            idly.wake();
            awaited.comes();
        });
        let attempt = Arc::clone(&stage.attempt);
        let cancels = loom::thread::spawn(move || attempt.cancel());
        comes.join().expect("no panic");
        cancels.join().expect("no panic");
        stage.ends();
    });
}

/// What it waits for never comes, and it is cancelled before, in and after its polls.
pub fn a_run_that_hangs_is_dropped_where_it_is_cancelled() {
    explore(3, || {
        let stage = Stage::new();
        let attempt = Arc::clone(&stage.attempt);
        let cancels = loom::thread::spawn(move || attempt.cancel());
        stage.told.0.reaches(1);
        cancels.join().expect("no panic");
        stage.ends();
    });
}
