use std::sync::Arc;

use serde_json::{Value, json};

use super::{Bench, SECOND};
use crate::{
    Check, Outcome, Settings, Status,
    redact::Redactor,
    run::{attempt::Ended, feed::Adjusted},
    settings::Wanted,
};

fn wanted(options: impl Into<Value>) -> Arc<Wanted> {
    let settings: Settings = serde_json::from_value(json!({"checks": {"x": options.into()}})).expect("a map");
    let (layer, faults) = settings.read(&["x".to_owned()], &Redactor::default());
    assert!(faults.is_empty(), "{faults:?}");
    Arc::clone(&layer.checks["x"])
}

impl Bench {
    fn set(&mut self, options: Value) -> Option<Adjusted> {
        self.cell.adjust(Some(wanted(options)), self.now)
    }

    fn unset(&mut self) -> Option<Adjusted> {
        self.cell.adjust(None, self.now)
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
    assert!(bench.cell.expire(bench.now).is_none());
    bench.wait(SECOND);
    let told = bench.cell.expire(bench.now).expect("it ends");
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
        change("cancel_after", "10s", "30s"),
        change("failure_threshold", "3", "5"),
    ];
    assert_eq!(told.changes, expected);
    assert!(bench.set(json!({"timeout": "3s", "failure_threshold": 5})).is_none());
    assert_eq!(bench.unset().expect("it changes back").changes.len(), 3);
    assert!(bench.cell.entry().overridden().is_none());
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
    assert!(bench.wait(9 * SECOND).cancel, "it is dropped in its time");
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
    assert_eq!(bench.status(), Status::Error);
    assert!(bench.wait(301 * SECOND).news.is_some());
}
