use serde_json::json;

use super::{Bench, SECOND, Urgency, adjusted::wanted};
use crate::{
    Outcome,
    run::{attempt::Ended, feed::RunResult},
};

#[test]
fn a_check_says_that_it_has_not_run_yet_until_it_has() {
    let mut bench = Bench::background();
    assert_eq!(bench.cell.entry().message(), Some("has not run yet"));
    bench.run(Outcome::ok());
    assert_eq!(bench.cell.entry().message(), None);
}

#[test]
fn every_run_that_ends_is_told_of_with_what_it_came_to() {
    let mut bench = Bench::background();
    let said = bench.run(Outcome::error("down"));
    assert_eq!(said.ended.map(|(result, _)| result), Some(RunResult::Error));
    bench.begin();
    bench.cell.thaw(bench.now.at);
    bench.wait(SECOND / 2);
    let void = bench.end(Ended::Said(Outcome::ok()));
    assert_eq!(void.ended, Some((RunResult::Void, SECOND / 2)));
    bench.begin();
    bench.cell.adjust(Some(wanted(json!({"enabled": false}))), false, bench.now);
    let disabled = bench.end(Ended::Said(Outcome::ok()));
    assert_eq!(disabled.ended.map(|(result, _)| result), Some(RunResult::Void));
}

#[test]
fn a_status_that_moves_is_more_urgent_than_the_time_of_a_run() {
    let mut bench = Bench::background();
    assert_eq!(bench.run(Outcome::ok()).urgency, Urgency::Moved, "it is not pending any more");
    assert_eq!(bench.run(Outcome::ok()).urgency, Urgency::Changed);
    assert_eq!(bench.run(Outcome::degraded("slow")).urgency, Urgency::Moved);
    assert_eq!(bench.run(Outcome::degraded("slower")).urgency, Urgency::Changed);
}

#[test]
fn a_run_that_readers_were_answered_without_is_said_to_be_under_way() {
    let mut bench = Bench::background();
    bench.begin();
    assert_eq!(bench.cell.entry().running_since, None);
    bench.cell.leave_behind();
    assert_eq!(bench.cell.entry().running_since, Some(bench.now.wall));
}

#[test]
fn a_run_that_was_dropped_is_said_to_be_and_one_that_came_late_has_its_word() {
    let mut bench = Bench::background();
    bench.begin();
    assert!(bench.wait(SECOND).timed_out);
    bench.end(Ended::Said(Outcome::error("down")));
    assert_eq!(bench.cell.entry().message(), Some("no answer within 1s, came after 1s: down"));
    bench.begin();
    bench.wait(SECOND);
    assert!(bench.wait(9 * SECOND).cancel);
    let dropped = bench.end(Ended::Cancelled);
    assert_eq!(dropped.ended, Some((RunResult::Dropped, 10 * SECOND)));
    assert_eq!(bench.cell.entry().message(), Some("no answer within 1s, dropped after 10s"));
}
