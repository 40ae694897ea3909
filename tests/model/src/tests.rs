use std::time::Duration;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Runs a check, a second from run to run.
struct Bench {
    check: Check,
    now: Duration,
}

impl Bench {
    fn of(options: Options) -> Self {
        Self { check: Check::new(options), now: Duration::ZERO }
    }

    fn passed(options: Options) -> Self {
        let mut bench = Self::of(options);
        bench.run(Ended::Passed);
        bench
    }

    fn run(&mut self, ended: Ended) -> Option<Change> {
        self.now += SECOND;
        self.check.begin(self.now);
        self.check.ended(self.now, ended, 0.0).map(|told| told.change)
    }

    fn wait(&mut self, time: Duration) -> Option<Change> {
        self.now += time;
        self.check.advance(self.now).map(|told| told.change)
    }

    fn fails(&mut self, times: usize) -> Vec<Option<Change>> {
        (0..times).map(|_| self.run(Ended::Failed)).collect()
    }
}

#[test]
fn a_simulation_can_keep_a_hundred_thousand() {
    let size = size_of::<Check>();
    assert!(size <= 400, "{size} bytes");
}

#[test]
fn pending_ends_with_the_first_pass_and_with_no_failure() {
    let mut bench = Bench::of(Options::default());
    assert_eq!(bench.fails(4), [None, None, Some(Change::NeverPassed), None]);
    assert_eq!((bench.check.published(), bench.check.status()), (Published::Pending, Status::Error));
    assert_eq!(bench.check.next_run(), Some(bench.now + SECOND));
    assert_eq!(bench.run(Ended::Degraded), Some(Change::Recovered));
    assert_eq!(bench.check.published(), Published::Degraded);
    assert_eq!(bench.check.next_run(), Some(bench.now + 5 * SECOND));
}

#[test]
fn a_failure_that_counts_as_less_holds_nothing_and_shows_at_once() {
    for failure_status in [Status::Ok, Status::Degraded] {
        let mut bench = Bench::of(Options { failure_status, ..Options::default() });
        assert_eq!(bench.check.status(), Status::Ok);
        bench.run(Ended::Failed);
        assert_eq!((bench.check.published(), bench.check.status()), (Published::Pending, failure_status));
    }
}

#[test]
fn thresholds_move_what_is_published_and_one_short_of_them_does_not() {
    let mut bench = Bench::passed(Options::default());
    for _ in 0..3 {
        assert_eq!(bench.fails(2), [None, None]);
        assert_eq!(bench.check.published(), Published::Ok);
        assert_eq!(bench.run(Ended::Passed), None);
    }
    assert_eq!(bench.fails(3), [None, None, Some(Change::Failed)]);
    for _ in 0..3 {
        assert_eq!((bench.run(Ended::Passed), bench.run(Ended::Failed)), (None, None));
        assert_eq!(bench.check.published(), Published::Error);
    }
    assert_eq!((bench.run(Ended::Passed), bench.run(Ended::Passed)), (None, Some(Change::Recovered)));
}

#[test]
fn a_shared_dependency_must_pass_once_and_is_degraded_afterwards() {
    let shared = Options { scope: Scope::Shared, ..Options::default() };
    let mut bench = Bench::of(shared);
    bench.fails(3);
    assert_eq!(bench.check.status(), Status::Error);
    let mut bench = Bench::passed(shared);
    bench.fails(3);
    assert_eq!(bench.check.published(), Published::Degraded);
}

#[test]
fn a_timeout_is_one_failure_and_the_late_result_is_none() {
    let mut bench = Bench::passed(Options { failure_threshold: 2, ..Options::default() });
    bench.check.begin(bench.now);
    assert_eq!(bench.wait(SECOND), None);
    assert_eq!(bench.check.failures(), 1);
    assert_eq!(bench.wait(2 * SECOND), None);
    assert_eq!(bench.check.ended(bench.now, Ended::Failed, 0.0), None);
    assert_eq!(bench.check.failures(), 1);
    assert_eq!(bench.check.next_run(), Some(bench.now + SECOND));
    assert_eq!(bench.run(Ended::Failed), Some(Change::Failed));
}

#[test]
fn silence_is_a_failure_and_a_run_that_is_dropped_breaks_none() {
    let mut bench = Bench::passed(Options::default());
    bench.check.begin(bench.now);
    bench.wait(10 * SECOND);
    bench.check.ended(bench.now, Ended::Dropped, 0.0);
    assert_eq!((bench.wait(5 * SECOND), bench.wait(SECOND)), (None, Some(Change::Failed)));
    assert_eq!(bench.check.published(), Published::Error);
}

#[test]
fn an_on_demand_check_is_silent_only_while_it_runs() {
    let mut bench = Bench::passed(Options { ttl: Some(30 * SECOND), ..Options::default() });
    assert_eq!((bench.check.next_run(), bench.check.fresh_until()), (None, Some(bench.now + 30 * SECOND)));
    assert_eq!(bench.wait(3600 * SECOND), None);
    bench.check.begin(bench.now);
    assert_eq!((bench.wait(3 * SECOND), bench.wait(SECOND)), (None, Some(Change::Failed)));
}

#[test]
fn a_freeze_holds_what_is_published_and_has_all_run_again() {
    let mut bench = Bench::passed(Options { failure_threshold: 1, ..Options::default() });
    bench.check.begin(bench.now);
    bench.now += 600 * SECOND;
    bench.check.frozen(bench.now);
    assert_eq!(bench.wait(Duration::ZERO), None);
    assert_eq!(bench.check.ended(bench.now, Ended::Failed, 0.0), None);
    assert_eq!((bench.check.published(), bench.check.next_run()), (Published::Ok, Some(bench.now)));
    bench.check.begin(bench.now);
    bench.check.frozen(bench.now);
    assert_eq!(bench.wait(SECOND), Some(Change::Failed), "it had its whole time again");
}

#[test]
fn nothing_changes_while_the_process_drains() {
    let mut bench = Bench::passed(Options::default());
    bench.check.begin(bench.now);
    bench.check.drain();
    assert_eq!(bench.wait(3600 * SECOND), None);
    assert_eq!(bench.check.ended(bench.now, Ended::Failed, 0.0), None);
    assert_eq!((bench.check.published(), bench.check.next_run()), (Published::Ok, None));
}

#[test]
fn a_check_that_is_enabled_again_is_well_until_one_run_says_otherwise() {
    let options = Options::default();
    let mut bench = Bench::passed(options);
    bench.fails(3);
    let told = bench.check.set(bench.now, options, false, false).expect("it is well");
    assert_eq!((told.change, told.from, told.to), (Change::Overridden, Status::Error, Status::Ok));
    assert_eq!(bench.check.next_run(), None);
    assert_eq!(bench.check.set(bench.now, options, true, false), None);
    assert_eq!((bench.check.published(), bench.check.next_run()), (Published::Ok, Some(bench.now)));
    assert_eq!(bench.run(Ended::Failed), Some(Change::Failed));
}
