use std::time::{Duration, Instant};

use super::*;
use crate::Status;

const SECOND: Duration = Duration::from_secs(1);
const BOUNDS: Bounds = Bounds { degraded: Duration::from_secs(10), error: Duration::from_secs(60) };
const QUIET: Reading = Reading { throttled: None, traced: false };

/// Looks at a worker that has stamped at the start alone, every second until `seconds` have passed.
fn stalled(watch: &mut Watch, start: Instant, seconds: u32, read: impl Fn(u32) -> Reading) -> Outcome {
    let mut last = Outcome::ok();
    for second in 1..=seconds {
        last = watch.look(&[(3, start)], start + SECOND * second, || read(second));
    }
    last
}

fn after(seconds: u32, read: impl Fn(u32) -> Reading) -> Outcome {
    let start = Instant::now();
    stalled(&mut Watch::new(BOUNDS, start), start, seconds, read)
}

fn said(outcome: &Outcome) -> (Status, &str) {
    (outcome.status(), outcome.message().unwrap_or_default())
}

#[test]
fn a_stall_is_degraded_after_ten_seconds_and_an_error_after_sixty() {
    let at = |seconds| after(seconds, |_| QUIET);
    assert_eq!(said(&at(9)), (Status::Ok, ""));
    assert_eq!(said(&at(12)), (Status::Degraded, "worker 3 stalled for 12 s"));
    assert_eq!(at(59).status(), Status::Degraded);
    assert_eq!(said(&at(60)), (Status::Error, "worker 3 stalled for 60 s"));
}

#[test]
fn a_worker_that_turns_again_is_well_at_once() {
    let start = Instant::now();
    let mut watch = Watch::new(BOUNDS, start);
    assert_eq!(stalled(&mut watch, start, 70, |_| QUIET).status(), Status::Error);
    let now = start + SECOND * 71;
    assert_eq!(watch.look(&[(3, start + SECOND * 70)], now, || QUIET).status(), Status::Ok);
}

#[test]
fn a_look_that_comes_late_begins_the_count_anew() {
    let start = Instant::now();
    let mut watch = Watch::new(BOUNDS, start);
    stalled(&mut watch, start, 59, |_| QUIET);
    let mut look = |second| watch.look(&[(3, start)], start + SECOND * second, || QUIET);
    assert_eq!(look(79).status(), Status::Ok, "the process itself stood still for 20 s");
    assert!((80..=88).all(|second| look(second).status() == Status::Ok));
    assert_eq!(said(&look(89)), (Status::Degraded, "worker 3 stalled for 10 s"));
}

#[test]
fn while_the_cgroup_throttles_more_and_more_a_stall_is_no_error() {
    let climbing = |second| Reading { throttled: Some(u64::from(second)), ..QUIET };
    let outcome = after(70, climbing);
    let told = "worker 3 stalled for 70 s; no error, because the cgroup throttles the process";
    assert_eq!(said(&outcome), (Status::Degraded, told));
    assert_eq!(after(70, |_| Reading { throttled: Some(7), ..QUIET }).status(), Status::Error);
}

#[test]
fn the_first_reading_of_the_cgroup_says_nothing_yet() {
    let start = Instant::now();
    let mut watch = Watch::new(Bounds { degraded: SECOND * 2, error: SECOND * 2 + SECOND / 2 }, start);
    let mut look = |at| watch.look(&[(3, start)], at, || Reading { throttled: Some(7), ..QUIET }).status();
    assert_eq!(look(start + SECOND), Status::Ok);
    assert_eq!(look(start + SECOND * 3), Status::Degraded);
    assert_eq!(look(start + SECOND * 4), Status::Error);
}

#[test]
fn under_a_debugger_a_stall_is_no_error() {
    let outcome = after(70, |_| Reading { traced: true, ..QUIET });
    let told = "worker 3 stalled for 70 s; no error, because a debugger is attached";
    assert_eq!(said(&outcome), (Status::Degraded, told));
}

#[test]
fn the_system_is_asked_only_where_a_stall_is_suspected() {
    let asked = std::cell::Cell::new(0);
    let read = |_| {
        asked.set(asked.get() + 1);
        QUIET
    };
    after(9, read);
    assert_eq!(asked.get(), 0);
    after(12, read);
    assert_eq!(asked.get(), 3);
}

#[test]
fn the_longest_stalled_are_named_and_the_others_counted() {
    let start = Instant::now();
    let mut watch = Watch::new(Bounds { degraded: SECOND * 2, ..BOUNDS }, start);
    let stamps: Vec<_> = (0..6).map(|number| (number, start + SECOND * u32::from(number == 0))).collect();
    let mut look = |second| watch.look(&stamps, start + SECOND * second, || QUIET);
    look(2);
    let outcome = look(4);
    let told = "worker 1 stalled for 4 s, worker 2 stalled for 4 s, worker 3 stalled for 4 s, worker 4 stalled for 4 s, and 2 more";
    assert_eq!(said(&outcome), (Status::Degraded, told));
}

#[test]
fn bounds_that_contradict_each_other_or_the_period_are_faults() {
    let fault = |degraded, error| Bounds { degraded: SECOND * degraded, error: SECOND * error }.fault();
    assert_eq!(Bounds::default().fault(), None);
    assert_eq!(fault(2, 3), None);
    assert!(fault(1, 60).is_some());
    assert!(fault(10, 10).is_some());
}
