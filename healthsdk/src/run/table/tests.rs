use std::{sync::Weak, time::SystemTime};

use super::*;
use crate::{
    Check, Outcome,
    plan::{Draft, Plan},
    redact::Redactor,
    run::{attempt::Ended, clock::Clock, engine::Engine},
};

mod planned;

const SECOND: Duration = Duration::from_secs(1);
/// Far less than a check may take to be stale.
const STEP: Duration = Duration::from_millis(10);

/// Checks on a clock that only the test moves.
struct Bench {
    table: Table,
    now: Moment,
}

impl Bench {
    /// The check of the maintenance file.
    fn new() -> Self {
        let built_in = vec![maintenance::check("maintenance".into(), Redactor::default())];
        Self::of(Draft { built_in, allow_empty: true, ..Draft::default() })
    }

    fn with(checks: Vec<Check>) -> Self {
        Self::of(Draft { checks, ..Draft::default() })
    }

    fn of(draft: Draft) -> Self {
        let plan = Plan::new(draft).expect("the checks are legal");
        let now = Moment { at: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let cells = plan.checks.into_iter().map(|planned| Cell::new(planned, now)).collect();
        Self { table: Table::new(cells, Process::new(now), now.at), now }
    }

    fn begin(&mut self, check: usize, round: Option<&Arc<Round>>) -> u64 {
        assert!(self.table.begin(check, self.now, round, Hops::NONE), "it begins");
        self.table.cells[check].flight.as_ref().expect("it is under way").id
    }

    /// A look that ends so after this time; whether planned maintenance begins or ends by it.
    fn look(&mut self, time: Duration, outcome: Outcome) -> Option<bool> {
        self.begin(0, None);
        self.now = Moment { at: self.now.at + time, wall: self.now.wall + time };
        self.table.cells[0].advance(self.now);
        let planned = self.table.takes_planned();
        self.table.cells[0].ended(Ended::Said(outcome), self.now, false, 0.0);
        planned.or(self.table.takes_planned())
    }
}

#[test]
fn a_slow_look_at_the_maintenance_file_neither_begins_nor_ends_planned_maintenance() {
    let mut bench = Bench::new();
    assert_eq!(bench.look(6 * SECOND, Outcome::error("moving")), None);
    assert_eq!(bench.look(SECOND, Outcome::error("moving")), Some(true));
    assert_eq!(bench.look(6 * SECOND, Outcome::ok()), None);
    assert!(bench.table.is_planned(), "until a look says otherwise");
    assert_eq!(bench.look(SECOND, Outcome::ok()), Some(false));
    assert_eq!(bench.look(6 * SECOND, Outcome::ok()), None);
    assert!(!bench.table.is_planned());
}

#[test]
fn a_run_that_no_poller_got_to_until_it_is_to_be_dropped_is_dropped_without_a_poll() {
    let check = check("a").timeout(SECOND).cancel_after(2 * SECOND);
    let mut bench = Bench::with(vec![check]);
    let pool = Pool::without_threads(Arc::new(Clock::new()));
    let sink: Weak<dyn Sink> = Weak::<Engine>::new();
    let launch = |bench: &mut Bench| bench.table.launch(0, &pool, sink.clone());
    assert!(launch(&mut bench).is_none(), "nothing has begun");
    bench.begin(0, None);
    for _ in 0..2 {
        bench.now = Moment { at: bench.now.at + SECOND, wall: bench.now.wall + SECOND };
        bench.table.cells[0].advance(bench.now);
    }
    let attempt = launch(&mut bench).expect("it has begun");
    assert!(attempt.is_cancelled());
    assert!(launch(&mut bench).is_none(), "once");
}

fn check(name: &'static str) -> Check {
    Check::new(name, || async {})
}

#[test]
fn what_moves_a_status_is_published_sooner_than_what_does_not_and_neither_all_the_time() {
    const MILLI: Duration = Duration::from_millis(1);
    let mut table = Bench::with(vec![check("a")]).table;
    let published = table.published;
    assert!(!table.settle(Urgency::None, published + SECOND), "nothing is planned");
    assert!(!table.settle(Urgency::Changed, published));
    assert_eq!(table.publish_at, Some(published + LAG));
    assert!(!table.settle(Urgency::None, published + LAG / 2));
    assert!(table.settle(Urgency::None, published + LAG));
    assert!(table.settle(Urgency::Moved, published), "making one took no time");
    table.cost = 10 * MILLI;
    table.publish_at = None;
    assert!(!table.settle(Urgency::Changed, published + 79 * MILLI));
    assert!(table.settle(Urgency::Changed, published + 80 * MILLI));
    assert!(!table.settle(Urgency::Moved, published + 79 * MILLI));
    assert!(table.settle(Urgency::Moved, published + 80 * MILLI));
    assert!(table.settle(Urgency::AtOnce, published));
}

#[test]
fn a_check_is_looked_at_at_the_earliest_of_its_times_and_the_others_are_forgotten() {
    let mut bench = Bench::with(vec![check("a"), check("b")]);
    let (table, now) = (&mut bench.table, bench.now.at);
    let due = |table: &mut Table, seconds: u32| {
        table.cells[0].schedule.due = Some(now + seconds * STEP);
        table.arm(0);
    };
    for seconds in (1..=500).rev() {
        due(table, seconds);
        assert_eq!(table.wake(), Some(now + seconds * STEP));
        assert!(table.wakes.len() <= 4 * 2 + 64 + 1, "{}", table.wakes.len());
    }
    due(table, 9);
    assert_eq!(table.wake(), Some(now + STEP), "it is looked at earlier anyway");
    table.publish_at = Some(now + STEP / 2);
    assert_eq!(table.wake(), Some(now + STEP / 2));
    assert_eq!(table.pop(now), None);
    assert_eq!(table.pop(now + STEP), Some(0));
    assert_eq!(table.pop(now + 500 * STEP), None, "once is enough");
}

#[test]
fn a_few_times_that_were_overtaken_are_kept() {
    let mut bench = Bench::with(vec![check("a")]);
    for seconds in (1..=68).rev() {
        bench.table.cells[0].schedule.due = Some(bench.now.at + seconds * STEP);
        bench.table.arm(0);
    }
    assert_eq!(bench.table.wakes.len(), 68, "tidying is not for every look");
}

#[test]
fn a_round_is_open_until_its_last_run_has_ended_and_every_run_has_a_number_of_its_own() {
    let mut bench = Bench::with(vec![check("a"), check("b")]);
    let ends_at = bench.now.at + SECOND;
    let round = bench.table.round(ends_at);
    assert!(Arc::ptr_eq(&round, &bench.table.round(ends_at)));
    assert_eq!((bench.begin(0, Some(&round)), bench.begin(1, Some(&round))), (1, 2));
    assert!(bench.table.leave_round(0).is_none(), "readers still wait");
    assert!(bench.table.open.is_some());
    assert!(bench.table.leave_round(1).is_some_and(|left| Arc::ptr_eq(&left, &round)));
    assert!(bench.table.open.is_none());
    assert_eq!((round.id, bench.table.round(ends_at).id), (1, 2));
    assert!(bench.table.leave_round(1).is_none(), "nobody waits for it");
}

#[test]
fn a_thaw_is_told_of_unless_nothing_runs_any_more() {
    let mut bench = Bench::with(vec![check("a")]);
    assert!(bench.table.thaw(bench.now.at));
    bench.table.freeze();
    assert!(!bench.table.thaw(bench.now.at));
    assert_eq!(bench.table.wake(), None);
    assert_eq!(bench.table.lag.freezes(), 2);
}

#[test]
fn the_process_starts_until_each_startup_check_has_passed() {
    let startup = check("a").kind(Kind::Startup);
    let mut bench = Bench::with(vec![startup, check("b")]);
    let about = Arc::new(About { build: crate::BuildInfo::default(), started_at: bench.now.wall });
    bench.table.process.serve(bench.now);
    bench.table.snapshot(&about);
    assert!(bench.table.is_starting());
    bench.begin(0, None);
    bench.table.cells[0].ended(Ended::Said(Outcome::ok()), bench.now, false, 0.0);
    bench.table.snapshot(&about);
    assert!(!bench.table.is_starting());
}

#[test]
fn an_answer_is_valid_while_no_check_of_its_kind_may_be_asked_to_run() {
    let on_demand = check("a").kind(Kind::Liveness).ttl(9 * SECOND);
    let mut bench = Bench::with(vec![on_demand, check("b").kind(Kind::Readiness)]);
    let (liveness, readiness) = (Kind::Liveness.into(), Kind::Readiness.into());
    let now = bench.now.at;
    assert_eq!(bench.table.valid_until(liveness, now), Some(now));
    assert_eq!(bench.table.valid_until(Selection::everything(), now), Some(now));
    assert_eq!(bench.table.valid_until(readiness, now), None, "the clock runs it");
    let round = bench.table.round(now + SECOND);
    bench.begin(0, Some(&round));
    assert_eq!(bench.table.valid_until(liveness, now), Some(now), "a reader waits for it");
    assert_eq!(bench.table.valid_until(readiness, now), None);
    bench.table.leave_round(0);
    assert_eq!(bench.table.valid_until(liveness, now), None);
    bench.table.cells[0].ended(Ended::Said(Outcome::ok()), bench.now, false, 0.0);
    assert_eq!(bench.table.valid_until(liveness, now), Some(now + 9 * SECOND));
    bench.table.freeze();
    assert_eq!(bench.table.valid_until(liveness, now), None);
}

#[test]
fn no_run_begins_once_the_process_drains_or_the_engine_is_closed() {
    let begins = |end: fn(&mut Table)| {
        let mut bench = Bench::with(vec![check("a")]);
        end(&mut bench.table);
        bench.table.begin(0, bench.now, None, Hops::NONE)
    };
    assert!(begins(|_| ()));
    assert!(!begins(|table| drop(table.freeze())));
    assert!(!begins(|table| drop(table.cells[0].start.take())));
}
