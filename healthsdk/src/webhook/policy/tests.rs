use super::*;
use Status::{Degraded, Error, Ok};

const MINUTE: Duration = Duration::from_secs(60);
const QUIET: Duration = Duration::from_secs(5 * 60);

/// A policy on a clock that only the test moves.
struct Bench {
    policy: Policy,
    now: Instant,
}

impl Bench {
    fn new(least: Status) -> Self {
        Self { policy: Policy::new(Rules { least, kinds: Vec::new(), quiet: QUIET }), now: Instant::now() }
    }

    fn take(&mut self, from: Status, to: Status) -> Option<(Says, u32)> {
        said(self.policy.take(Transition::made("x", from, to, false), self.now))
    }

    fn planned(&mut self, from: Status, to: Status) -> Option<(Says, u32)> {
        said(self.policy.take(Transition::made("x", from, to, true), self.now))
    }

    fn wait(&mut self, time: Duration) -> Vec<(Says, u32)> {
        self.now += time;
        let due = self.policy.due(self.now);
        due.into_iter().filter_map(|message| said(Some(message))).collect()
    }
}

fn said(message: Option<Message>) -> Option<(Says, u32)> {
    message.map(|message| (message.says, message.untold))
}

const FAILED: Option<(Says, u32)> = Some((Says::Failed, 0));
const RECOVERED: Option<(Says, u32)> = Some((Says::Recovered, 0));

#[test]
fn a_failure_a_change_and_a_recovery_are_each_said_once() {
    let mut bench = Bench::new(Degraded);
    assert_eq!(bench.take(Ok, Degraded), FAILED);
    assert_eq!(bench.take(Degraded, Error), Some((Says::Changed, 0)));
    assert_eq!(bench.take(Error, Ok), RECOVERED);
    assert_eq!(bench.take(Error, Ok), None, "a recovery of nothing");
}

#[test]
fn what_is_less_than_asked_for_is_as_good_as_well() {
    let mut bench = Bench::new(Error);
    assert_eq!(bench.take(Ok, Degraded), None);
    assert_eq!(bench.take(Degraded, Error), Some((Says::Failed, 1)));
    assert_eq!(bench.take(Error, Degraded), RECOVERED);
}

#[test]
fn a_failure_that_counts_as_ok_alerts_nobody() {
    let mut bench = Bench::new(Ok);
    assert_eq!(bench.take(Ok, Ok), None);
}

#[test]
fn what_fails_again_in_the_quiet_time_is_said_after_it_with_how_many_were_not() {
    let mut bench = Bench::new(Degraded);
    assert_eq!(bench.take(Ok, Error), FAILED);
    assert_eq!(bench.take(Error, Ok), RECOVERED);
    for _ in 0..3 {
        assert_eq!(bench.take(Ok, Error), None);
        assert_eq!(bench.take(Error, Ok), None, "nobody knows of it");
    }
    assert_eq!(bench.take(Ok, Error), None);
    assert_eq!(bench.policy.wake(), Some(bench.now + QUIET));
    assert_eq!(bench.wait(4 * MINUTE), []);
    assert_eq!(bench.wait(MINUTE), [(Says::Failed, 6)]);
    assert_eq!((bench.policy.wake(), bench.wait(QUIET)), (None, Vec::new()));
    assert_eq!(bench.take(Error, Ok), RECOVERED);
}

#[test]
fn what_is_well_after_the_quiet_time_is_not_said() {
    let mut bench = Bench::new(Degraded);
    bench.take(Ok, Error);
    bench.take(Error, Ok);
    bench.take(Ok, Error);
    bench.take(Error, Ok);
    assert_eq!(bench.wait(QUIET), []);
    assert_eq!(bench.take(Ok, Error), Some((Says::Failed, 2)), "but the next time it is");
}

#[test]
fn what_gets_worse_is_said_at_once() {
    let mut bench = Bench::new(Degraded);
    assert_eq!(bench.take(Ok, Degraded), FAILED);
    assert_eq!(bench.take(Degraded, Error), Some((Says::Changed, 0)), "it is another status");
    assert_eq!(bench.take(Error, Degraded), None, "which was said just now");
    assert_eq!(bench.wait(QUIET), [(Says::Changed, 0)]);
}

#[test]
fn planned_maintenance_is_silent_and_what_fails_at_its_end_is_said_then() {
    let mut bench = Bench::new(Degraded);
    assert!(bench.policy.plan(true, bench.now).is_empty());
    assert_eq!(bench.planned(Ok, Error), None);
    assert_eq!((bench.policy.wake(), bench.wait(QUIET)), (None, Vec::new()));
    let ended = bench.policy.plan(false, bench.now);
    assert_eq!(ended.len(), 1);
    assert_eq!(said(ended.into_iter().next()), FAILED);
}

#[test]
fn what_came_and_went_in_planned_maintenance_is_never_said() {
    let mut bench = Bench::new(Degraded);
    assert_eq!(bench.planned(Ok, Error), None);
    assert_eq!(bench.planned(Error, Ok), None);
    assert!(bench.policy.plan(false, bench.now).is_empty());
}

#[test]
fn what_was_said_before_planned_maintenance_and_recovers_in_it_is_said_at_once() {
    let mut bench = Bench::new(Degraded);
    assert_eq!(bench.take(Ok, Error), FAILED);
    bench.policy.plan(true, bench.now);
    assert_eq!(bench.planned(Error, Ok), RECOVERED);
    assert_eq!(bench.policy.failing().count(), 0, "so that it is not said again that it fails");
    assert_eq!(bench.planned(Ok, Error), None, "but what fails in it waits");
    assert_eq!(bench.planned(Error, Ok), None);
    assert!(bench.policy.plan(false, bench.now).is_empty());
}

#[test]
fn the_check_of_the_maintenance_file_is_nobodys_alert() {
    let mut bench = Bench::new(Degraded);
    let transition = Transition::made(maintenance::NAME, Ok, Error, true);
    assert!(bench.policy.take(transition, bench.now).is_none());
    assert_eq!(bench.take(Ok, Error), FAILED, "nor does it silence others by itself");
}

#[test]
fn checks_of_other_kinds_are_left_out() {
    let rules = Rules { least: Degraded, kinds: vec![Kind::Liveness], quiet: QUIET };
    let mut policy = Policy::new(rules);
    assert!(policy.take(Transition::made("x", Ok, Error, false), Instant::now()).is_none());
}
