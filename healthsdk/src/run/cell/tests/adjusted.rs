use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{Bench, Change, SECOND, change};
use crate::{
    Check, Outcome, Settings, Status,
    redact::Redactor,
    run::{
        attempt::Ended,
        feed::{Adjusted, Event},
        hops::Hops,
    },
    settings::Wanted,
};

pub(super) fn wanted(options: impl Into<Value>) -> Arc<Wanted> {
    let settings: Settings = serde_json::from_value(json!({"checks": {"x": options.into()}})).expect("a map");
    let (layer, faults) = settings.read(&["x".to_owned()], &Redactor::default());
    assert!(faults.is_empty(), "{faults:?}");
    Arc::clone(&layer.checks["x"])
}

impl Bench {
    fn set(&mut self, options: Value) -> Option<Adjusted> {
        self.cell.adjust(Some(wanted(options)), false, self.now)
    }

    fn unset(&mut self) -> Option<Adjusted> {
        self.cell.adjust(None, false, self.now)
    }

    fn failed() -> Self {
        let mut bench = Self::background();
        bench.run(Outcome::ok());
        for _ in 0..3 {
            bench.run(Outcome::error("gone"));
        }
        assert_eq!(bench.status(), Status::Error);
        bench
    }
}

#[test]
fn what_ends_at_a_time_ends_then_and_not_before() {
    let mut bench = Bench::failed();
    bench.set(json!({"failure_status": "ok", "until": "1970-01-01T00:01:00Z"})).expect("it changes");
    assert_eq!(bench.status(), Status::Ok);
    let left = bench.cell.expires.expect("it ends").duration_since(bench.now.at);
    assert_eq!(left, 60 * SECOND);
    bench.wait(59 * SECOND);
    assert!(bench.cell.expire(false, bench.now).is_none());
    bench.wait(SECOND);
    let told = bench.cell.expire(false, bench.now).expect("it ends");
    let changes: Vec<_> = told.changes.iter().map(|(option, ..)| *option).collect();
    assert_eq!(changes, ["failure_status", "until"]);
    assert_eq!((bench.status(), bench.cell.expires), (Status::Error, None));
}

#[test]
fn what_is_set_twice_changes_once_and_is_told_with_the_values_before_and_after() {
    let mut bench = Bench::background();
    let told = bench.set(json!({"timeout": "3s", "failure_threshold": 5})).expect("it changes");
    let change = |option, from: &str, to: &str| (option, from.to_owned(), to.to_owned());
    let expected = [
        change("timeout", "1s", "3s"),
        change("cancel_after", "8s", "8500ms"),
        change("failure_threshold", "3", "5"),
    ];
    assert_eq!(told.changes, expected);
    assert!(bench.set(json!({"timeout": "3s", "failure_threshold": 5})).is_none());
    assert_eq!(bench.unset().expect("it changes back").changes.len(), 3);
    assert!(bench.cell.entry().overridden().is_none());
}

#[test]
fn a_check_that_waits_to_begin_waits_as_long_whatever_settings_change() {
    let mut bench = Bench::of(Check::new("x", || async {}).initial_delay(60 * SECOND));
    bench.wait(40 * SECOND);
    bench.set(json!({"interval": "1s"})).expect("it changes");
    assert!(!bench.wait(19 * SECOND).due);
    assert!(bench.wait(SECOND).due);
}

#[test]
fn a_shorter_interval_does_not_make_the_silence_before_it_stale() {
    let hour = 3600 * SECOND;
    let mut bench = Bench::of(Check::new("x", || async {}).interval(hour));
    bench.run(Outcome::ok());
    bench.wait(hour / 2);
    bench.set(json!({"interval": "1s"}));
    let effect = bench.wait(SECOND / 100);
    assert!(effect.due, "it runs at once");
    assert_eq!(bench.status(), Status::Ok);
    bench.wait(5 * SECOND);
    assert_eq!(bench.status(), Status::Error, "from then on the new interval counts");
}

#[test]
fn a_run_of_a_check_that_was_disabled_meanwhile_says_nothing_and_none_follows() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.set(json!({"enabled": false})).expect("it changes");
    assert!(bench.wait(SECOND).timed_out, "who waits for it is let go");
    assert!(bench.wait(7 * SECOND).cancel, "it is dropped in its time");
    bench.end(Ended::Cancelled);
    let entry = bench.cell.entry();
    assert_eq!((entry.status(), entry.message()), (Status::Ok, Some("disabled by settings")));
    assert!(!bench.wait(3600 * SECOND).due);
    bench.unset().expect("it changes back");
    assert_eq!((bench.cell.entry().failures(), bench.status()), (0, Status::Ok));
    assert!(bench.wait(SECOND / 100).due, "it runs at once");
}

#[test]
fn a_disabled_check_reminds_nobody_of_its_failure() {
    let mut bench = Bench::failed();
    bench.set(json!({"enabled": false}));
    assert!(bench.wait(600 * SECOND).news.is_none());
    bench.unset();
    assert!(bench.wait(SECOND).news.is_none(), "nor does it once it is enabled");
    bench.run(Outcome::error("gone"));
    assert_eq!(bench.status(), Status::Error);
    assert!(bench.wait(301 * SECOND).news.is_some());
}

#[test]
fn the_end_of_a_time_without_a_check_publishes_nothing_from_before_it_and_has_it_run_at_once() {
    let mut bench = Bench::failed();
    bench.set(json!({"enabled": false, "until": "1970-01-01T01:00:00Z"})).expect("it changes");
    bench.wait(3600 * SECOND);
    let told = bench.cell.expire(false, bench.now).expect("it ends");
    assert!(told.transition.is_none());
    let effect = bench.wait(SECOND / 100);
    assert!(effect.due && effect.news.is_none(), "{effect:?}");
    assert_eq!(bench.status(), Status::Ok);
    assert_eq!(change(&bench.run(Outcome::error("still gone"))), Some(Change::Failed));
    assert_eq!(bench.status(), Status::Error);
}

#[test]
fn a_check_that_is_enabled_later_waits_for_its_first_delay_only_while_the_process_starts() {
    for (starting, due) in [(true, 30 * SECOND), (false, Duration::ZERO)] {
        let mut bench = Bench::of(Check::new("x", || async {}).initial_delay(30 * SECOND));
        bench.set(json!({"enabled": false})).expect("it changes");
        bench.cell.adjust(None, starting, bench.now).expect("it changes back");
        assert_eq!(bench.cell.schedule.due, Some(bench.now.at + due));
        assert_eq!(bench.cell.entry().is_pending(), starting);
    }
}

#[test]
fn a_check_that_settings_make_on_demand_before_its_first_run_is_run_for_who_asks() {
    for starting in [true, false] {
        let mut bench = Bench::of(Check::new("x", || async {}).initial_delay(30 * SECOND));
        bench.cell.adjust(Some(wanted(json!({"ttl": "1s"}))), starting, bench.now).expect("it changes");
        assert!(bench.cell.is_wanted(bench.now.at, Hops::NONE));
        assert_eq!(bench.cell.schedule.due, None);
    }
}

#[test]
fn a_run_from_before_a_check_was_disabled_says_nothing_once_it_is_enabled() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.begin();
    bench.set(json!({"enabled": false})).expect("it changes");
    bench.unset().expect("it changes back");
    assert!(bench.end(Ended::Said(Outcome::error("of then"))).news.is_none());
    assert_eq!((bench.status(), bench.cell.entry().failures()), (Status::Ok, 0));
    assert!(bench.wait(Duration::ZERO).due, "it runs anew");
}

#[test]
fn a_check_that_was_stale_when_it_was_disabled_may_become_so_again() {
    let mut bench = Bench::background();
    bench.run(Outcome::ok());
    bench.wait(16 * SECOND);
    assert_eq!(bench.status(), Status::Error);
    bench.set(json!({"enabled": false})).expect("it changes");
    bench.unset().expect("it changes back");
    bench.wait(15 * SECOND);
    assert_eq!(bench.status(), Status::Ok);
    bench.wait(SECOND);
    assert_eq!(bench.status(), Status::Error);
}

#[test]
fn a_shorter_timeout_makes_nothing_stale_and_the_run_under_way_keeps_its_own() {
    let mut bench = Bench::of(Check::new("x", || async {}).timeout(60 * SECOND));
    bench.run(Outcome::ok());
    bench.wait(5 * SECOND);
    bench.begin();
    bench.wait(40 * SECOND);
    bench.set(json!({"timeout": "1s"})).expect("it changes");
    assert!(bench.wait(SECOND).news.is_none());
    assert_eq!(bench.status(), Status::Ok);
    bench.set(json!({"timeout": "100s"})).expect("it changes");
    assert!(bench.wait(19 * SECOND).timed_out);
    assert_eq!(bench.cell.entry().message(), Some("no answer within 60s"));
    assert!(matches!(bench.cell.timed_out(), Event::TimedOut { timeout, .. } if timeout == 60 * SECOND));
    bench.wait(SECOND);
    bench.end(Ended::Said(Outcome::ok()));
    assert_eq!(bench.cell.entry().message(), Some("no answer within 60s, came after 61s"));
}
