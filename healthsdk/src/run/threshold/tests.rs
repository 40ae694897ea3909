use std::time::{Duration, Instant, SystemTime};

use super::{Change, Threshold, Thresholds};
use crate::{Scope, Status, run::moment::Moment};

const LOCAL: Thresholds =
    Thresholds { failure: 3, success: 2, failure_status: Status::Error, scope: Scope::Local, enabled: true };

/// Steps through a row of runs, a second apart.
struct Runs {
    threshold: Threshold,
    now: Moment,
}

impl Runs {
    fn of(thresholds: Thresholds) -> Self {
        let now = Moment { at: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        Self { threshold: Threshold::new(thresholds, now), now }
    }

    fn passed(thresholds: Thresholds) -> Self {
        let mut runs = Self::of(thresholds);
        runs.pass();
        runs
    }

    fn failed(thresholds: Thresholds) -> Self {
        let mut runs = Self::passed(thresholds);
        while runs.fail() != Some(Change::Failed) {}
        runs
    }

    fn step(&mut self) -> Moment {
        self.now =
            Moment { at: self.now.at + Duration::from_secs(1), wall: self.now.wall + Duration::from_secs(1) };
        self.now
    }

    fn pass(&mut self) -> Option<Change> {
        self.pass_as(Status::Ok)
    }

    fn pass_as(&mut self, status: Status) -> Option<Change> {
        let now = self.step();
        self.threshold.pass(status, now).map(|transition| transition.change)
    }

    fn fail(&mut self) -> Option<Change> {
        let now = self.step();
        self.threshold.fail(now).map(|transition| transition.change)
    }

    fn status(&self) -> Status {
        self.threshold.status()
    }
}

#[test]
fn pending_holds_readiness_until_the_first_pass_which_counts_at_once() {
    let mut runs = Runs::of(LOCAL);
    assert!(runs.threshold.is_pending());
    assert_eq!(runs.status(), Status::Error);
    assert_eq!(runs.pass(), None);
    assert_eq!((runs.status(), runs.threshold.is_pending()), (Status::Ok, false));

    let mut runs = Runs::of(LOCAL);
    runs.pass_as(Status::Degraded);
    assert_eq!(runs.status(), Status::Degraded);
}

#[test]
fn a_failure_while_pending_leaves_it_pending_and_is_told_once_at_the_threshold() {
    let mut runs = Runs::of(LOCAL);
    assert_eq!(
        [runs.fail(), runs.fail(), runs.fail(), runs.fail()],
        [None, None, Some(Change::NeverPassed), None]
    );
    assert!(runs.threshold.is_pending() && runs.threshold.is_change_pending());
    assert_eq!(runs.pass(), Some(Change::Recovered));
    assert_eq!(runs.status(), Status::Ok);
}

#[test]
fn a_check_whose_failure_counts_as_less_holds_nothing_and_shows_its_failure_at_once() {
    for failure_status in [Status::Degraded, Status::Ok] {
        let mut runs = Runs::of(Thresholds { failure_status, ..LOCAL });
        assert_eq!(runs.status(), Status::Ok);
        runs.fail();
        assert_eq!(runs.status(), failure_status);
        assert!(runs.threshold.is_pending());
        runs.pass();
        assert_eq!((runs.status(), runs.threshold.is_pending()), (Status::Ok, false));
    }
}

#[test]
fn fewer_failures_in_a_row_than_the_threshold_change_nothing() {
    let mut runs = Runs::passed(LOCAL);
    for _ in 0..5 {
        assert_eq!([runs.fail(), runs.fail()], [None, None]);
        assert_eq!(runs.status(), Status::Ok);
        assert!(runs.threshold.is_change_pending());
        assert_eq!(runs.pass(), None);
        assert!(!runs.threshold.is_change_pending());
    }
}

#[test]
fn the_failure_threshold_publishes_the_failure_and_is_told_once() {
    let mut runs = Runs::passed(LOCAL);
    assert_eq!([runs.fail(), runs.fail(), runs.fail()], [None, None, Some(Change::Failed)]);
    assert_eq!(runs.status(), Status::Error);
    assert!(!runs.threshold.is_change_pending());
    assert!((0..100).all(|_| runs.fail().is_none()));
}

#[test]
fn fewer_passes_in_a_row_than_the_threshold_do_not_recover() {
    let mut runs = Runs::failed(LOCAL);
    for _ in 0..5 {
        assert_eq!(runs.pass(), None);
        assert_eq!(runs.status(), Status::Error);
        assert!(runs.threshold.is_change_pending());
        runs.fail();
    }
}

#[test]
fn the_success_threshold_recovers_and_tells_how_long_it_lasted() {
    let mut runs = Runs::failed(LOCAL);
    runs.fail();
    assert_eq!(runs.pass(), None);
    let now = runs.step();
    let recovered = runs.threshold.pass(Status::Ok, now).expect("two passes recover");
    assert_eq!(
        (recovered.change, recovered.from, recovered.to),
        (Change::Recovered, Status::Error, Status::Ok)
    );
    assert_eq!((recovered.lasted, recovered.failures), (Duration::from_secs(3), 4));
}

#[test]
fn a_shared_dependency_must_pass_once_and_is_degraded_when_it_fails_afterwards() {
    let shared = Thresholds { scope: Scope::Shared, ..LOCAL };
    let mut runs = Runs::of(shared);
    assert_eq!(runs.status(), Status::Error);
    runs.fail();
    assert_eq!(runs.status(), Status::Error);
    assert_eq!(Runs::failed(shared).status(), Status::Degraded);
}

#[test]
fn stale_is_failed_at_once_and_a_shared_dependency_that_never_passed_still_holds() {
    let mut runs = Runs::passed(LOCAL);
    let now = runs.step();
    assert_eq!(runs.threshold.stale(now).map(|transition| transition.change), Some(Change::Failed));
    assert_eq!(runs.status(), Status::Error);

    let mut runs = Runs::of(Thresholds { scope: Scope::Shared, ..LOCAL });
    let now = runs.step();
    runs.threshold.stale(now);
    assert_eq!(runs.status(), Status::Error);
}

#[test]
fn better_or_worse_without_failure_shows_at_once_but_is_told_only_when_it_stays() {
    let mut runs = Runs::passed(LOCAL);
    assert_eq!(runs.pass_as(Status::Degraded), None);
    assert_eq!(runs.status(), Status::Degraded);
    for _ in 0..10 {
        assert_eq!([runs.pass(), runs.pass_as(Status::Degraded)], [None, None]);
    }
    assert_eq!(
        [runs.pass_as(Status::Degraded), runs.pass_as(Status::Degraded)],
        [None, Some(Change::Shifted)]
    );
    assert_eq!([runs.pass(), runs.pass()], [None, Some(Change::Shifted)]);
}

#[test]
fn since_moves_with_the_published_status_alone() {
    let mut runs = Runs::passed(LOCAL);
    let passed = runs.now.wall;
    for _ in 0..3 {
        runs.pass();
        runs.fail();
    }
    assert_eq!(runs.threshold.since().wall, passed);
}

#[test]
fn what_has_failed_counts_as_settings_say_at_once_and_again_as_before() {
    let mut runs = Runs::failed(LOCAL);
    let ignored = Thresholds { failure_status: Status::Ok, ..LOCAL };
    let at = runs.step();
    let told = runs.threshold.adjust(ignored, false, at).expect("it moves");
    assert_eq!((told.from, told.to, told.change), (Status::Error, Status::Ok, Change::Overridden));
    assert_eq!(runs.threshold.since().at, at.at);
    assert!(runs.threshold.adjust(ignored, false, runs.now).is_none(), "nothing moves");
    assert_eq!(runs.fail(), None);
    let told = runs.threshold.adjust(LOCAL, false, runs.now).expect("it moves back");
    assert_eq!((told.from, told.to), (Status::Ok, Status::Error));
}

#[test]
fn a_failure_that_is_ignored_still_ends_as_a_recovery() {
    let mut runs = Runs::failed(LOCAL);
    let at = runs.step();
    runs.threshold.adjust(Thresholds { failure_status: Status::Ok, ..LOCAL }, false, at);
    assert_eq!((runs.pass(), runs.pass()), (None, Some(Change::Recovered)));
}

const OFF: Thresholds = Thresholds { enabled: false, ..LOCAL };

impl Runs {
    fn adjust(&mut self, thresholds: Thresholds, starting: bool) -> Option<Change> {
        let now = self.step();
        self.threshold.adjust(thresholds, starting, now).map(|transition| transition.change)
    }

    /// Taken out, and in again.
    fn again(mut self, starting: bool) -> Self {
        self.adjust(OFF, starting);
        assert_eq!(self.status(), Status::Ok);
        self.adjust(LOCAL, starting);
        self
    }
}

#[test]
fn a_check_that_is_not_enabled_is_well_and_not_pending() {
    let pending = Runs::of(OFF).threshold;
    assert!(!pending.is_pending() && !pending.holds() && pending.status() == Status::Ok);
}

#[test]
fn a_check_that_has_never_run_is_enabled_without_an_alert_that_never_ends() {
    let mut enabled = Runs::of(OFF);
    assert_eq!(enabled.adjust(LOCAL, true), None);
    assert!(enabled.threshold.is_pending() && enabled.status() == Status::Error);
    assert_eq!(enabled.threshold.since().at, enabled.now.at);
    assert_eq!(enabled.pass(), None);
    let mut counted = Runs::of(Thresholds { failure_status: Status::Ok, ..LOCAL });
    assert_eq!(counted.adjust(LOCAL, true), None);
    assert_eq!((counted.status(), counted.pass()), (Status::Error, None));
}

#[test]
fn a_check_that_is_enabled_is_well_until_one_run_says_otherwise() {
    for (name, runs) in [("failed", Runs::failed(LOCAL)), ("never ran", Runs::of(LOCAL))] {
        let mut runs = runs.again(false);
        assert_eq!((runs.status(), runs.threshold.failures()), (Status::Ok, 0), "{name}");
        assert!(runs.threshold.is_change_pending() && !runs.threshold.is_well(), "{name}");
        let now = runs.step();
        let told = runs.threshold.fail(now).expect("one is enough");
        assert_eq!((told.from, told.to, told.change), (Status::Ok, Status::Error, Change::Failed), "{name}");
    }
    let mut recovered = Runs::failed(LOCAL).again(false);
    assert_eq!(recovered.pass(), Some(Change::Recovered), "one pass ends what people know of");
    assert_eq!((recovered.fail(), recovered.fail(), recovered.status()), (None, None, Status::Ok));
    let shared = Thresholds { scope: Scope::Shared, ..LOCAL };
    let mut runs = Runs::of(Thresholds { enabled: false, ..shared });
    runs.adjust(shared, false);
    assert_eq!(
        (runs.fail(), runs.status()),
        (Some(Change::Failed), Status::Degraded),
        "on all replicas at once"
    );
}

#[test]
fn while_the_process_starts_a_check_that_is_enabled_must_still_pass_once() {
    let mut runs = Runs::of(LOCAL).again(true);
    assert!(runs.threshold.is_pending() && !runs.threshold.passed_once());
    assert_eq!((runs.pass(), runs.status()), (None, Status::Ok));
    assert_eq!(Runs::passed(LOCAL).again(true).status(), Status::Ok, "but this one has");
}

#[test]
fn how_long_an_enabled_check_was_well_does_not_count_what_came_before_it_was_disabled() {
    let mut runs = Runs::failed(LOCAL);
    runs.now.at += Duration::from_secs(3600);
    let mut runs = runs.again(false);
    let now = runs.step();
    assert_eq!(runs.threshold.fail(now).expect("it fails").lasted, Duration::from_secs(2));
}
