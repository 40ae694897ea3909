use std::{sync::Weak, time::SystemTime};

use super::*;
use crate::{
    Outcome,
    plan::{Draft, Plan},
    redact::Redactor,
    run::{attempt::Ended, clock::Clock, engine::Engine},
};

mod planned;

const SECOND: Duration = Duration::from_secs(1);

/// The check of the maintenance file on a clock that only the test moves.
struct Bench {
    table: Table,
    now: Moment,
    pool: Arc<Pool>,
}

impl Bench {
    fn new() -> Self {
        let built_in = vec![maintenance::check("maintenance".into(), Redactor::default())];
        let draft = Draft { built_in, allow_empty: true, ..Draft::default() };
        let plan = Plan::new(draft).expect("the check is legal");
        let now = Moment { at: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let cells = plan.checks.into_iter().map(|planned| Cell::new(planned, now)).collect();
        let pool = Pool::start(1, Arc::new(Clock::new())).expect("a thread can be started");
        Self { table: Table::new(cells, Process::new(now), now.at), now, pool }
    }

    /// A look that ends so after this time; whether planned maintenance begins or ends by it.
    fn look(&mut self, time: Duration, outcome: Outcome) -> Option<bool> {
        let sink: Weak<dyn Sink> = Weak::<Engine>::new();
        self.table.begin(0, self.now, &self.pool, sink, None, Hops::NONE);
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
