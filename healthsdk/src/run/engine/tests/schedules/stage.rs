use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
    time::{Duration, Instant},
};

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};

use super::{
    Step,
    expected::{Promises, Told},
};
use crate::{
    Check, Entry, Kind, Lifecycle, Outcome, Selection,
    endpoint::Endpoint,
    run::{
        Engine, Snapshot,
        attempt::{Ended, Sink},
        engine::tests::still,
        reader::Reader,
        rest::Rest,
        round::Round,
    },
};

const HOUR: Duration = Duration::from_secs(3600);
const INSTANT: Duration = Duration::from_nanos(1);

/// How a check runs. No test waits: what is kept is kept for an hour, and what takes too long does so at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sort {
    Background,
    /// On demand; a result is kept.
    Kept,
    /// On demand; no result is kept.
    Asked,
    /// On demand, and for liveness, not for readiness.
    AskedForLiveness,
    /// On demand, with a timeout that is over when the clock looks.
    Late,
    /// And dropped then.
    Dropped,
}

impl Sort {
    pub(super) const ALL: &[Self] =
        &[Self::Background, Self::Kept, Self::Asked, Self::AskedForLiveness, Self::Late, Self::Dropped];

    fn kind(self) -> Kind {
        if self == Self::AskedForLiveness { Kind::Liveness } else { Kind::Readiness }
    }

    pub(super) fn is_of(self, kind: Option<Kind>) -> bool {
        kind.is_none_or(|kind| kind == self.kind())
    }

    pub(super) fn keeps(self) -> bool {
        matches!(self, Self::Background | Self::Kept)
    }

    pub(super) fn times_out(self) -> bool {
        matches!(self, Self::Late | Self::Dropped)
    }

    fn check(self, number: usize) -> Check {
        let check = Check::new(format!("check-{number}"), std::future::pending::<()>);
        let check = if self.times_out() { check.timeout(INSTANT) } else { check.timeout(HOUR) };
        let check =
            if self == Self::Dropped { check.cancel_after(INSTANT) } else { check.cancel_after(HOUR) };
        let check = match self {
            Self::Background => check.interval(HOUR),
            Self::Kept => check.ttl(HOUR),
            _ => check.ttl(INSTANT),
        };
        check.retry_interval(HOUR).kind(self.kind())
    }
}

/// Was it woken?
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A reader that waits for a round.
struct Waiting {
    round: Arc<Round>,
    expected: usize,
    kind: Option<Kind>,
    over: Pin<Box<dyn Future<Output = ()>>>,
    woken: Arc<Woken>,
    /// What was told of each check when that for which it waits was over.
    told: Option<Vec<usize>>,
}

/// An engine whose threads are the test.
pub(super) struct Stage {
    engine: Arc<Engine>,
    promises: Promises,
    readers: Vec<Option<Waiting>>,
    /// Of each check: runs seen, and the last one.
    begun: Vec<(u64, Option<u64>)>,
    /// Of each check: the run before, whose end changes nothing any more.
    ended: Vec<Option<u64>>,
    published: Arc<Snapshot>,
}

impl Stage {
    pub(super) fn new(sorts: &[Sort]) -> Self {
        let engine = still(sorts.iter().enumerate().map(|(number, sort)| sort.check(number)).collect());
        let published = engine.snapshot.load_full();
        let readers = (0..4).map(|_| None).collect();
        let begun = vec![(0, None); sorts.len()];
        let ended = vec![None; sorts.len()];
        Self { engine, promises: Promises::new(sorts), readers, begun, ended, published }
    }

    /// Every step, and at the end whatever lets all readers go.
    pub(super) fn play(mut self, steps: &[Step]) -> Result<(), TestCaseError> {
        self.compare()?;
        for step in steps {
            self.step(*step)?;
            self.compare()?;
        }
        for check in 0..self.begun.len() {
            self.step(Step::End { check })?;
            self.compare()?;
        }
        for reader in 0..self.readers.len() {
            self.step(Step::Look { reader })?;
            prop_assert!(self.readers[reader].is_none(), "nothing runs, and reader {} waits", reader);
        }
        prop_assert!(self.engine.table().open.is_none(), "nobody waits, and the round is open");
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        // However long the test takes, nothing was frozen.
        self.engine.clock.looked(Instant::now() + HOUR);
        match step {
            Step::Ask { reader, kind } => self.ask(reader, kind)?,
            Step::Look { reader } => self.look(reader)?,
            Step::Deadline { reader } => self.deadline(reader)?,
            Step::Disconnect { reader } => self.readers[reader] = None,
            Step::End { check } => self.end(check),
            Step::Tick => {
                self.engine.look();
                self.promises.tick();
                self.is_valid_as_long_as_promised()?;
            }
            Step::Drain => {
                self.engine.drain();
                self.promises.drain();
                prop_assert!(self.engine.snapshot.load().progress().lifecycle == Lifecycle::Draining);
                self.is_valid_as_long_as_promised()?;
            }
        }
        self.note_what_is_over();
        Ok(())
    }

    fn ask(&mut self, reader: usize, kind: Option<Kind>) -> Result<(), TestCaseError> {
        if self.readers[reader].is_some() {
            return Ok(());
        }
        let selection = kind.map_or(Selection::everything(), Selection::from);
        let round = self.engine.join(&selection, Reader::new(true));
        let expected = self.promises.ask(kind);
        prop_assert_eq!(round.is_some(), expected.is_some(), "waits");
        let (Some(round), Some(expected)) = (round, expected) else { return Ok(()) };
        let of_future = Arc::clone(&round);
        let over = Box::pin(async move { of_future.over(selection.kinds).await });
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.readers[reader] = Some(Waiting { round, expected, kind, over, woken, told: None });
        self.look(reader)?;
        prop_assert!(self.readers[reader].is_some(), "it waits for what is under way");
        Ok(())
    }

    fn look(&mut self, reader: usize) -> Result<(), TestCaseError> {
        let Some(mut waiting) = self.readers[reader].take() else { return Ok(()) };
        if !waiting.woken.0.swap(false, Ordering::SeqCst) {
            self.readers[reader] = Some(waiting);
            return Ok(());
        }
        let waker = Waker::from(Arc::clone(&waiting.woken));
        let over = waiting.over.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        prop_assert_eq!(over, self.promises.is_over(waiting.expected, waiting.kind), "over");
        if over {
            self.is_answered(&waiting)
        } else {
            self.readers[reader] = Some(waiting);
            Ok(())
        }
    }

    fn deadline(&mut self, reader: usize) -> Result<(), TestCaseError> {
        if let Some(waiting) = &self.readers[reader] {
            waiting.woken.0.store(true, Ordering::SeqCst);
        }
        self.look(reader)?;
        let Some(mut waiting) = self.readers[reader].take() else { return Ok(()) };
        let mut rest = Rest::default();
        let mut table = self.engine.table();
        self.engine.abandon(&mut table, &waiting.round, &mut rest);
        self.engine.finish(table, rest);
        self.promises.leave(waiting.expected);
        waiting.told.get_or_insert_with(|| self.promises.newest());
        self.is_valid_as_long_as_promised()?;
        self.is_answered(&waiting)
    }

    fn end(&mut self, check: usize) {
        let flight = self
            .engine
            .table()
            .cells
            .get(check)
            .and_then(|cell| cell.flight.as_ref().map(|flight| (flight.id, flight.wake().is_none())));
        let Some((run, dropped)) = flight else { return };
        if let Some(before) = self.ended[check].replace(run) {
            self.engine.ended(check, before, Ended::Said(Outcome::error("before")));
        }
        let number = self.promises.checks[check].begun;
        let ended = if dropped { Ended::Cancelled } else { Ended::Said(Outcome::ok().with("run", number)) };
        self.engine.ended(check, run, ended);
        self.promises.end(check, dropped);
        self.engine.ended(check, run, Ended::Said(Outcome::error("twice")));
    }

    fn note_what_is_over(&mut self) {
        let newest = self.promises.newest();
        for waiting in self.readers.iter_mut().flatten() {
            if waiting.told.is_none() && self.promises.is_over(waiting.expected, waiting.kind) {
                waiting.told = Some(newest.clone());
            }
        }
    }

    /// The snapshot tells of all that it has waited for, and of what has not ended that it has not.
    fn is_answered(&self, waiting: &Waiting) -> Result<(), TestCaseError> {
        let snapshot = self.engine.snapshot.load_full();
        let told = waiting.told.as_ref().expect("it is over");
        let round = &self.promises.rounds[waiting.expected];
        for check in round.members.iter().copied() {
            let expected = &self.promises.checks[check];
            if !expected.sort.is_of(waiting.kind) {
                continue;
            }
            let entry = entry(&snapshot, check);
            prop_assert!(
                newest(&expected.told, &entry) >= told[check],
                "check {} is answered of before",
                check
            );
            if expected.left_behind {
                prop_assert!(entry.running_since.is_some(), "check {} is not named as running", check);
            }
        }
        Ok(())
    }

    /// Where time alone changes it, the snapshot says so.
    fn is_valid_as_long_as_promised(&self) -> Result<(), TestCaseError> {
        let snapshot = self.engine.snapshot.load_full();
        if Arc::ptr_eq(&snapshot, &self.published) {
            return Ok(());
        }
        for endpoint in Endpoint::ALL {
            let kinds = endpoint.selection().kinds;
            let valid = snapshot.is_valid(endpoint);
            prop_assert_eq!(valid, self.promises.is_settled(kinds.iter().next()), "valid for {:?}", endpoint);
        }
        Ok(())
    }

    fn compare(&mut self) -> Result<(), TestCaseError> {
        for waiting in self.readers.iter().flatten() {
            let over = self.promises.is_over(waiting.expected, waiting.kind);
            let woken = waiting.woken.0.load(Ordering::SeqCst);
            prop_assert!(woken || !over, "a reader was not woken");
        }
        let table = self.engine.table();
        for (check, expected) in self.promises.checks.iter().enumerate() {
            let id = table.cells[check].flight.as_ref().map(|flight| flight.id);
            let (begun, last) = &mut self.begun[check];
            if id.is_some() && id != *last {
                (*begun, *last) = (*begun + 1, id);
            }
            prop_assert_eq!(id.is_some(), expected.running, "check {} is under way", check);
            prop_assert_eq!(*begun, expected.begun, "runs of check {}", check);
        }
        drop(table);
        let snapshot = self.engine.snapshot.load_full();
        for (check, expected) in self.promises.checks.iter().enumerate() {
            let at = |snapshot| newest(&expected.told, &entry(snapshot, check));
            prop_assert!(at(&snapshot) >= at(&self.published), "check {} is published as before", check);
        }
        self.published = snapshot;
        Ok(())
    }
}

fn entry(snapshot: &Snapshot, check: usize) -> Entry {
    let report = snapshot.report(&Selection::everything());
    let name = format!("check-{check}");
    report.entries().find(|entry| entry.name() == name).expect("each has an entry").clone()
}

/// The place of what it tells in all that could be told.
fn newest(told: &[Told], entry: &Entry) -> usize {
    let tells = match (entry.data().get("run").and_then(serde_json::Value::as_u64), entry.message()) {
        (Some(run), _) => Told::Said(run),
        (None, Some("has not run yet")) => Told::Nothing,
        (None, Some(message)) if message.contains("dropped") => Told::Dropped,
        (None, _) => Told::TimedOut,
    };
    told.iter().rposition(|told| *told == tells).expect("it is told of what was")
}
