use std::{ops::Deref, time::SystemTime};

use super::*;
use crate::{
    BuildInfo, Lifecycle,
    about::About,
    drain::Step,
    plan::{Draft, Plan},
};

const SECOND: Duration = Duration::from_secs(1);
const BUDGET: Budget = Budget { delay: Duration::from_secs(7), grace: Duration::from_secs(70) };

/// Without a check, and without the thread of the drain unless it is begun.
struct Bench(Arc<Shutdown>);

fn shutdown() -> Bench {
    let plan = Plan::new(Draft { allow_empty: true, ..Draft::default() }).expect("none is needed");
    let about = About { build: BuildInfo::default(), started_at: SystemTime::now() };
    let engine = Engine::start(plan, SECOND, about, Vec::new()).expect("threads can be started");
    Bench(Arc::new(Shutdown::new(engine, BUDGET)))
}

impl Bench {
    fn drains(&self, before: Lifecycle) {
        lock(&self.drain).begin(Cause::Terminate, before, Instant::now());
    }

    /// Lets one request end early after the server was told to stop, and returns one that is under way.
    fn cuts_one_of_two(&self) -> impl Sized + use<> {
        let lane = self.traffic.lane();
        self.traffic.stop();
        drop(lane.enter());
        lane.enter()
    }

    fn cut(&self) -> Option<usize> {
        lock(&self.told).cut
    }

    /// Whether the thread of the drain would look whether something is due.
    fn looks(&self) -> bool {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime can be made");
        let next = async { tokio::time::timeout(SECOND / 5, self.next(&mut None)).await };
        runtime.block_on(next).is_ok()
    }
}

impl Deref for Bench {
    type Target = Arc<Shutdown>;

    fn deref(&self) -> &Arc<Shutdown> {
        &self.0
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.engine.close();
    }
}

#[track_caller]
fn eventually(what: &str, met: impl Fn() -> bool) {
    let began = Instant::now();
    while !met() {
        assert!(began.elapsed() < 30 * SECOND, "never: {what}");
        std::thread::sleep(SECOND / 1000);
    }
}

#[test]
fn a_drain_takes_the_process_to_its_end_by_itself_and_ends_with_the_monitor() {
    let shutdown = shutdown();
    shutdown.begin(Cause::Call);
    eventually("the server is told to stop, as nobody has to be waited for", || *shutdown.stop.borrow());
    eventually("nothing is under way", || shutdown.engine.lifecycle() == Lifecycle::Stopped);
    shutdown.close();
    eventually("the thread has ended", || Arc::strong_count(&shutdown) == 1);
}

#[test]
fn requests_and_holds_are_under_way_until_they_end() {
    let shutdown = shutdown();
    let (request, hold) = (shutdown.traffic().lane().enter(), shutdown.hold("a".to_owned()));
    assert_eq!(shutdown.under_way(), UnderWay { requests: 1, holds: 1 });
    drop(request);
    shutdown.release(hold);
    assert_eq!(shutdown.under_way(), UnderWay::default());
}

#[test]
fn each_hold_is_released_by_itself() {
    let shutdown = shutdown();
    let [first, ..] = ["a", "b", "c"].map(|job| shutdown.hold(job.to_owned()));
    shutdown.release(first);
    assert_eq!(shutdown.held(), ["b", "c"]);
}

#[test]
fn it_has_the_budget_that_it_was_made_with() {
    let Budget { delay, grace } = shutdown().budget();
    assert_eq!((delay, grace), (BUDGET.delay, BUDGET.grace));
}

#[test]
fn at_the_end_of_the_monitor_what_was_cut_before_and_what_is_cut_by_it_is_told() {
    let shutdown = shutdown();
    let _request = shutdown.cuts_one_of_two();
    shutdown.close();
    assert_eq!(shutdown.cut(), None, "no drain has begun");
    shutdown.drains(Lifecycle::Ready);
    shutdown.close();
    assert_eq!(shutdown.cut(), Some(2));
}

#[test]
fn when_the_time_is_up_what_was_cut_before_and_what_is_cut_by_it_is_told() {
    let shutdown = shutdown();
    let request = shutdown.cuts_one_of_two();
    shutdown.drains(Lifecycle::Ready);
    shutdown.take(Step::Cut);
    assert_eq!(shutdown.cut(), Some(2));
    drop(request);
}

#[test]
fn the_end_is_told_once_and_again_where_more_was_cut() {
    let mut told = Told::default();
    assert_eq!([0, 0, 2, 2, 3].map(|cut| told.takes_cut(cut)), [true, false, true, false, true]);
}

#[test]
fn what_is_told_of_the_end_is_written() {
    let (shutdown, written) = (shutdown(), Arc::new(AtomicBool::new(false)));
    let line = Arc::clone(&written);
    shutdown.tell(move || line.store(true, Ordering::SeqCst));
    eventually("it is written", || written.load(Ordering::SeqCst));
}

#[test]
fn it_is_looked_what_is_due_after_a_call_the_end_of_a_request_or_some_time_and_not_before() {
    let shutdown = shutdown();
    assert!(!shutdown.looks());
    shutdown.look.notify_one();
    assert!(shutdown.looks());
    assert!(!shutdown.looks(), "once");
    shutdown.again(Cause::Call, Again::Hurries);
    assert!(shutdown.looks());
    drop(shutdown.cuts_one_of_two());
    assert!(shutdown.looks());
    assert!(!shutdown.looks(), "once");
    shutdown.drains(Lifecycle::Ready);
    assert!(!shutdown.looks(), "the delay is not over");
    let shutdown = self::shutdown();
    shutdown.drains(Lifecycle::Starting);
    assert!(shutdown.looks(), "there is no delay");
}
