use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{Cell, Effect, News, Urgency};
use crate::{
    Check, Kind, Outcome, Status,
    plan::{Draft, Plan},
    run::{Change, attempt::Ended, flight::Flight, hops::Hops, moment::Moment},
};

mod adjusted;
mod states;
mod told;

const SECOND: Duration = Duration::from_secs(1);

/// What options a check is given.
type Set = fn(Check) -> Check;

/// One check on a clock that only the test moves.
struct Bench {
    cell: Cell,
    now: Moment,
    runs: u64,
}

impl Bench {
    fn of(check: Check) -> Self {
        let plan = Plan::new(Draft { checks: vec![check], ..Draft::default() }).expect("the check is legal");
        let now = Moment { at: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let cell =
            plan.checks.into_iter().map(|planned| Cell::new(planned, now)).next().expect("there is one");
        Self { cell, now, runs: 0 }
    }

    /// A background check with the default options.
    fn background() -> Self {
        Self::of(Check::new("x", || async {}))
    }

    fn wait(&mut self, time: Duration) -> Effect {
        self.now = Moment { at: self.now.at + time, wall: self.now.wall + time };
        self.cell.advance(self.now)
    }

    fn begin(&mut self) {
        self.runs += 1;
        let timing = Arc::clone(&self.cell.timing);
        self.cell.flight =
            Some(Flight::new(self.runs, self.now, timing.timeout, timing.cancel_after, None, Hops::NONE));
    }

    fn end(&mut self, ended: Ended) -> Effect {
        self.cell.ended(ended, self.now, false, 0.0)
    }

    fn run(&mut self, outcome: Outcome) -> Effect {
        self.begin();
        self.end(Ended::Said(outcome))
    }

    fn status(&self) -> Status {
        self.cell.entry().status()
    }
}

fn change(effect: &Effect) -> Option<Change> {
    match effect.news.as_ref()? {
        News::Transition { transition, .. } => Some(transition.change),
        News::StillFailing { .. } => None,
    }
}

#[test]
fn a_timeout_is_one_failure_and_the_late_result_is_recorded_but_not_counted() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    assert!(bench.wait(SECOND).timed_out);
    assert_eq!(bench.cell.entry().failures(), 1);
    assert_eq!(bench.cell.entry().message(), Some("no answer within 1s"));
    assert_eq!(bench.cell.entry().data()["cause"], "timed_out");
    assert!(bench.cell.entry().running_since().is_some());
    bench.wait(2 * SECOND);
    bench.end(Ended::Said(Outcome::ok().with("rows", 3)));
    assert_eq!(bench.cell.entry().failures(), 1, "neither forgiven nor counted again");
    assert_eq!(bench.cell.entry().message(), Some("no answer within 1s, came after 3s"));
    assert_eq!(bench.cell.entry().data()["rows"], 3);
    assert_eq!(bench.cell.entry().data()["cause"], "timed_out");
    assert_eq!(bench.cell.entry().running_since(), None);
    assert_eq!(bench.cell.schedule.due, Some(bench.now.at + SECOND), "run again after the retry interval");
}

/// From a fault just after a good run has looked, which then takes so long, until it shows. Its own runs take so long, or, for
/// `None`, until just before the check would be stale. Somebody always asks.
fn until_shown(check: Check, good: Duration, takes: Option<Duration>) -> Duration {
    const STEP: Duration = Duration::from_millis(10);
    let mut bench = Bench::of(check);
    bench.run(Outcome::ok());
    bench.begin();
    let fault = bench.now.at;
    while bench.status() == Status::Ok {
        let effect = bench.wait(STEP);
        let (now, is_good) = (bench.now.at, bench.runs == 2);
        let answers = match (&bench.cell.flight, takes) {
            (None, _) => false,
            (Some(run), _) if is_good => now - run.started.at >= good,
            (Some(run), Some(takes)) => now - run.started.at >= takes,
            (Some(_), None) => bench.cell.stale_at().is_some_and(|at| at <= now + STEP),
        };
        if effect.cancel {
            bench.end(Ended::Cancelled);
        } else if answers {
            let said = if is_good { Outcome::ok() } else { Outcome::error("down") };
            bench.cell.ended(Ended::Said(said), bench.now, false, 1.0);
        } else if effect.due || bench.cell.is_wanted(now, Hops::NONE) {
            bench.begin();
        }
    }
    bench.now.at - fault
}

#[test]
fn a_fault_shows_within_the_time_that_is_told_and_some_fault_needs_nearly_so_long() {
    let settings: [fn(Check) -> Check; 9] = [
        |check| check,
        |check| check.failure_threshold(5),
        |check| check.cancel_after(60 * SECOND),
        |check| check.interval(SECOND).timeout(30 * SECOND).failure_threshold(1),
        |check| check.interval(SECOND).timeout(5 * SECOND).cancel_after(7 * SECOND),
        |check| {
            let check = check.interval(20 * SECOND).retry_interval(15 * SECOND);
            check.timeout(12 * SECOND).cancel_after(25 * SECOND).failure_threshold(2)
        },
        |check| check.ttl(10 * SECOND).cancel_after(2 * SECOND),
        |check| check.ttl(10 * SECOND).cancel_after(20 * SECOND),
        |check| check.ttl(SECOND / 2).failure_threshold(1),
    ];
    for (index, set) in settings.into_iter().enumerate() {
        let check = || set(Check::new("x", || async {}));
        let timing = Arc::clone(&Bench::of(check()).cell.timing);
        let (told, moment) = (timing.worst_detection(), SECOND / 50);
        let soon = timing.timeout.saturating_sub(moment);
        let dropped = timing.cancel_after;
        let takes =
            [Duration::ZERO, soon, 2 * soon, dropped / 2, dropped.saturating_sub(moment), dropped].map(Some);
        let shown = [Duration::ZERO, soon].into_iter().flat_map(|good| {
            takes.into_iter().chain([None]).map(move |takes| until_shown(check(), good, takes))
        });
        let slowest = shown.max().expect("there are some");
        assert!(slowest <= told, "{index}: told {told:?}, shown {slowest:?}");
        assert!(slowest + 10 * moment > told, "{index}, nearly so long: told {told:?}, shown {slowest:?}");
    }
}

#[test]
fn an_exhausted_pool_neither_mends_a_check_nor_lets_it_pass_for_the_first_time() {
    let exhausted = || Outcome::degraded("all connections are in use").inconclusive();
    let mut bench = Bench::background();
    bench.run(exhausted());
    assert!(bench.cell.entry().is_pending());
    bench.run(Outcome::ok());
    bench.run(exhausted());
    assert_eq!((bench.status(), bench.cell.entry().failures()), (Status::Degraded, 0));
    for failures in 1..=3 {
        bench.run(Outcome::error("gone"));
        bench.run(exhausted());
        assert_eq!(bench.cell.entry().failures(), failures, "as before the pool was full");
    }
    assert_eq!(bench.status(), Status::Error);
    bench.run(Outcome::ok());
    bench.run(exhausted());
    assert_eq!(bench.status(), Status::Error);
    bench.run(Outcome::ok());
    assert_eq!(bench.status(), Status::Ok);
}

#[test]
fn what_was_found_for_another_service_is_enough_for_services_alone() {
    let mut bench = Bench::of(Check::new("x", || async {}).ttl(SECOND));
    bench.run(Outcome::ok());
    bench.cell.hopped = true;
    let wanted = |hops: Option<&[u8]>| bench.cell.is_wanted(bench.now.at, Hops::read(hops));
    assert_eq!((wanted(None), wanted(Some(b"1"))), (true, false));
    assert_eq!(bench.cell.fresh_until(bench.now.at), Some(bench.now.at));
}

#[test]
fn a_run_is_cancelled_once_when_it_is_due() {
    let mut bench = Bench::background();
    bench.begin();
    assert!(!bench.wait(Duration::from_millis(7_999)).cancel);
    assert!(bench.wait(Duration::from_millis(1)).cancel);
    assert!(!bench.wait(Duration::from_millis(1)).cancel);

    let mut slow = Bench::of(Check::new("x", || async {}).timeout(3 * SECOND).interval(60 * SECOND));
    slow.begin();
    assert!(!slow.wait(23 * SECOND).cancel);
    assert!(slow.wait(SECOND).cancel);
}

#[test]
fn nothing_completed_in_three_intervals_and_a_timeout_is_stale() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.wait(Duration::from_millis(15_999));
    assert_eq!(bench.status(), Status::Ok);
    let effect = bench.wait(Duration::from_millis(1));
    assert_eq!(change(&effect), Some(Change::Failed));
    assert_eq!(bench.status(), Status::Error);
    assert!(bench.cell.entry().message().is_some_and(|message| message.starts_with("stale")));
    assert_eq!(bench.cell.entry().data()["cause"], "timed_out", "of the run under way");
}

#[test]
fn a_cancelled_run_completes_nothing() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.wait(8 * SECOND);
    bench.end(Ended::Cancelled);
    assert!(bench.cell.entry().message().is_some_and(|message| message.contains("dropped after 8s")));
    assert_eq!(bench.wait(8 * SECOND).news.as_ref().map(|_| ()), Some(()));
    assert_eq!(bench.status(), Status::Error);
}

#[test]
fn a_run_that_cannot_be_dropped_and_ends_after_all_is_late() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.wait(SECOND);
    assert!(bench.wait(9 * SECOND).cancel);
    bench.end(Ended::Said(Outcome::ok()));
    assert_eq!(bench.cell.entry().message(), Some("no answer within 1s, came after 10s"));
    assert_eq!(bench.cell.entry().data()["cause"], "timed_out");
}

#[test]
fn one_run_that_never_ends_is_no_failure_unless_cancel_after_says_so() {
    const STEP: Duration = Duration::from_millis(10);
    let settings: [(Set, u32); 9] = [
        (|check| check.timeout(SECOND / 10), 90),
        (|check| check, 990),
        (|check| check.timeout(2 * SECOND), 1_990),
        (|check| check.timeout(3 * SECOND).retry_interval(4 * SECOND), 2_990),
        (|check| check.timeout(3 * SECOND).interval(30 * SECOND), 2_990),
        (|check| check.interval(2 * SECOND), 990),
        (|check| check.interval(SECOND), 880),
        (|check| check.interval(SECOND / 5), 160),
        (|check| check.ttl(SECOND), 990),
    ];
    for (index, (set, takes)) in settings.into_iter().enumerate() {
        let takes = Duration::from_millis(takes.into());
        let mut bench = Bench::of(set(Check::new("x", || async {})));
        bench.begin();
        bench.cell.ended(Ended::Said(Outcome::ok()), bench.now, false, 1.0);
        let (hangs, end) = (bench.runs + 1, bench.now.at + 200 * SECOND);
        while bench.now.at < end {
            let effect = bench.wait(STEP);
            let now = bench.now.at;
            let flight = bench.cell.flight.as_ref();
            let answers = flight.is_some_and(|run| now - run.started.at >= takes) && bench.runs != hangs;
            if effect.cancel {
                bench.end(Ended::Cancelled);
            } else if answers {
                bench.cell.ended(Ended::Said(Outcome::ok()), bench.now, false, 1.0);
            } else if effect.due || bench.cell.is_wanted(now, Hops::NONE) {
                bench.begin();
            }
            assert_eq!(bench.status(), Status::Ok, "{index}: {:?}", bench.cell.entry().message());
        }
        assert!(bench.runs > hangs + 3, "the runs after it pass");
    }
}

#[test]
fn an_on_demand_check_that_nobody_asks_for_is_never_stale() {
    let mut bench = Bench::of(Check::new("x", || async {}).ttl(SECOND).cancel_after(8 * SECOND));
    bench.run(Outcome::ok());
    bench.wait(3600 * SECOND);
    assert_eq!(bench.status(), Status::Ok);
    assert!(bench.cell.is_wanted(bench.now.at, Hops::NONE));
    bench.begin();
    bench.wait(SECOND);
    assert_eq!(bench.status(), Status::Ok, "one timeout is one failure");
    bench.wait(3 * SECOND);
    assert_eq!(bench.status(), Status::Error, "but a run that never ends is stale");
}

#[test]
fn after_a_freeze_what_is_under_way_is_void_and_everything_runs_again() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.now.at += 600 * SECOND;
    bench.cell.thaw(bench.now.at);
    let effect = bench.wait(Duration::ZERO);
    assert!(!effect.timed_out && effect.news.is_none(), "ten minutes of standing still are nobody's timeout");
    let effect = bench.end(Ended::Said(Outcome::error("timer of the driver")));
    assert!(effect.news.is_none());
    assert_eq!((bench.status(), bench.cell.entry().failures()), (Status::Ok, 0));
    assert_eq!(bench.cell.schedule.due, Some(bench.now.at));
}

#[test]
fn a_void_run_that_still_does_not_end_is_a_failure() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.now.at += 600 * SECOND;
    bench.cell.thaw(bench.now.at);
    bench.wait(SECOND);
    assert_eq!(bench.cell.entry().failures(), 1);
}

#[test]
fn what_ends_while_the_engine_is_late_is_void() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.cell.ended(Ended::Said(Outcome::error("late")), bench.now, true, 0.0);
    assert_eq!(bench.cell.entry().failures(), 0);
}

#[test]
fn while_the_engine_is_late_readers_cause_a_run_each_retry_interval_and_once_it_is_on_time_one_at_once() {
    let mut bench = Bench::of(Check::new("x", || async {}).ttl(8 * SECOND).retry_interval(2 * SECOND));
    bench.begin();
    bench.cell.ended(Ended::Said(Outcome::ok()), bench.now, true, 0.0);
    bench.now.at += SECOND * 199 / 100;
    assert!(!bench.cell.is_wanted(bench.now.at, Hops::NONE));
    bench.now.at += SECOND / 100;
    assert!(bench.cell.is_wanted(bench.now.at, Hops::NONE));
    bench.begin();
    bench.cell.ended(Ended::Said(Outcome::ok()), bench.now, true, 0.0);
    assert!(!bench.cell.is_wanted(bench.now.at, Hops::NONE));
    bench.cell.thaw(bench.now.at);
    assert!(bench.cell.is_wanted(bench.now.at, Hops::NONE));
}

#[test]
fn a_check_for_startup_alone_has_run_its_course_once_it_passed() {
    let mut bench = Bench::of(Check::new("x", || async {}).kind(Kind::Startup));
    bench.run(Outcome::error("not yet"));
    assert_eq!(bench.cell.schedule.due, Some(bench.now.at + SECOND));
    bench.run(Outcome::ok());
    let effect = bench.wait(3600 * SECOND);
    assert!(!effect.due && effect.urgency == Urgency::None);
    bench.cell.thaw(bench.now.at);
    assert!(!bench.wait(Duration::ZERO).due);

    let mut both = Bench::of(Check::new("x", || async {}).kind(Kind::Startup).kind(Kind::Readiness));
    both.run(Outcome::ok());
    assert!(both.wait(5 * SECOND).due);
}

#[test]
fn a_failing_check_is_told_of_again_every_five_minutes() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    let told: Vec<_> = (0..3).map(|_| change(&bench.run(Outcome::error("refused")))).collect();
    assert_eq!(told, [None, None, Some(Change::Failed)]);
    let mut reminders = 0;
    for _ in 0..(20 * 60) {
        let effect = bench.wait(SECOND);
        reminders += usize::from(matches!(effect.news, Some(News::StillFailing { .. })));
        reminders += usize::from(bench.run(Outcome::error("refused")).news.is_some());
    }
    assert_eq!(reminders, 4);
}

#[test]
fn slower_than_degraded_above_is_degraded_and_keeps_its_data() {
    let check = Check::new("x", || async {}).degraded_above(SECOND / 10);
    let mut bench = Bench::of(check);
    bench.begin();
    bench.wait(SECOND / 10);
    bench.end(Ended::Said(Outcome::ok()));
    assert_eq!(bench.status(), Status::Ok, "it took as long, not longer");
    bench.begin();
    bench.wait(SECOND / 5);
    bench.end(Ended::Said(Outcome::ok().with("rows", 3)));
    assert_eq!(bench.status(), Status::Degraded);
    assert_eq!(bench.cell.entry().message(), Some("took 200ms, more than 100ms"));
    assert_eq!(bench.cell.entry().data()["rows"], 3);
}

#[test]
fn a_panic_is_a_failure_that_says_so() {
    let mut bench = Bench::background();
    bench.begin();
    bench.end(Ended::Panicked("index out of bounds".to_owned()));
    assert_eq!(bench.cell.entry().message(), Some("panicked: index out of bounds"));
    assert_eq!(bench.cell.entry().failures(), 1);
}

#[test]
fn each_run_is_counted_once_as_what_it_came_to_and_a_timeout_apart() {
    use crate::run::RunResult::{Dropped, Error, Late, Ok, Panicked, Void};

    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.run(Outcome::error("gone"));
    bench.begin();
    bench.end(Ended::Panicked("boom".to_owned()));
    bench.begin();
    bench.wait(SECOND);
    bench.end(Ended::Said(Outcome::ok()));
    bench.begin();
    bench.wait(SECOND);
    bench.end(Ended::Cancelled);
    bench.begin();
    bench.cell.thaw(bench.now.at);
    bench.end(Ended::Said(Outcome::error("frozen")));
    bench.begin();
    bench.cell.ended_void(bench.now);
    let tallied = bench.cell.tallied();
    let runs = [Ok, Error, Panicked, Late, Dropped, Void].map(|result| tallied.tally.runs(result));
    assert_eq!(runs, [1, 1, 1, 1, 1, 2]);
    assert_eq!(tallied.tally.timeouts(), 2);
    assert_eq!(tallied.tally.transitions(Status::Error), 1, "the third in a row");
    assert!(!tallied.in_flight);
    bench.begin();
    assert!(bench.cell.tallied().in_flight);
}
