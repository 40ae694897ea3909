use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use super::{
    attempt::{Attempt, Sink},
    cell::Cell,
    effect::Urgency,
    flight::Flight,
    hops::Hops,
    lag::Lag,
    moment::Moment,
    pool::Pool,
    round::Round,
    snapshot::Snapshot,
};
use crate::{Entry, Kind, Lifecycle, Selection, about::About, maintenance, process::Process};

/// How long the time on an entry may lag where its status is the same.
const LAG: Duration = Duration::from_millis(20);
/// A snapshot that took longer to make than this took so long because the process stood still.
const MOST: Duration = Duration::from_millis(50);

/// What is behind the engine's lock: every check, and what is planned.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) cells: Vec<Cell>,
    pub(super) process: Process,
    maintenance: Option<File>,
    /// Whether planned maintenance was told of last.
    planned: bool,
    /// The process drains: no run begins, and what ends changes nothing.
    pub(super) frozen: bool,
    pub(super) closed: bool,
    pub(super) lag: Lag,
    /// Where readers wait for runs.
    pub(super) open: Option<Arc<Round>>,
    rounds: u64,
    runs: u64,
    wakes: BinaryHeap<Reverse<(Instant, usize)>>,
    published: Instant,
    /// How long the last snapshot took to make: making them never takes more than a part of the time.
    cost: Duration,
    pub(super) publish_at: Option<Instant>,
}

/// The maintenance file.
#[derive(Debug)]
struct File {
    /// Looks for it.
    check: usize,
    /// Whether it was there at the last look that says so.
    found: bool,
}

impl File {
    fn of(cells: &[Cell]) -> Option<Self> {
        let check = cells.iter().position(|cell| cell.info.name == maintenance::NAME)?;
        Some(Self { check, found: false })
    }
}

impl Table {
    pub(super) fn new(cells: Vec<Cell>, process: Process, now: Instant) -> Self {
        Self {
            maintenance: File::of(&cells),
            planned: false,
            wakes: BinaryHeap::with_capacity(cells.len()),
            cells,
            process,
            frozen: false,
            closed: false,
            lag: Lag::new(now),
            open: None,
            rounds: 0,
            runs: 0,
            published: now,
            cost: Duration::ZERO,
            publish_at: None,
        }
    }

    /// Begins a run of a check that has none, for the caller to [`launch`](Self::launch). False where no run begins any more.
    pub(super) fn begin(
        &mut self,
        check: usize,
        now: Moment,
        round: Option<&Arc<Round>>,
        hops: Hops,
    ) -> bool {
        let cell = &mut self.cells[check];
        if self.frozen || cell.start.is_none() {
            return false;
        }
        self.runs += 1;
        if let Some(round) = round {
            round.add(cell.info.kinds);
            cell.round = round.id;
        }
        cell.hopped = !hops.is_none();
        let (timeout, cancel_after) = (cell.timing.timeout, cell.timing.cancel_after);
        cell.flight = Some(Flight::new(self.runs, now, timeout, cancel_after, round.cloned(), hops));
        self.arm(check);
        true
    }

    /// Makes of a run that has begun what pollers work on. One that has waited for that until it is to be dropped is dropped by them.
    pub(super) fn launch(
        &mut self,
        check: usize,
        pool: &Arc<Pool>,
        sink: Weak<dyn Sink>,
    ) -> Option<Arc<Attempt>> {
        let cell = &mut self.cells[check];
        let flight = cell.flight.as_mut().filter(|flight| flight.attempt.is_none())?;
        let future = cell.start.as_ref()?.begin();
        let info = Arc::clone(&cell.info);
        let attempt = Attempt::queued(future, Arc::clone(pool), sink, check, flight.id, flight.hops, info);
        if flight.is_cancelled() {
            attempt.cancel();
        }
        flight.attempt = Some(Arc::clone(&attempt));
        Some(attempt)
    }

    /// The round that is open, or a new one.
    pub(super) fn round(&mut self, ends_at: Instant) -> Arc<Round> {
        let rounds = &mut self.rounds;
        Arc::clone(self.open.get_or_insert_with(|| {
            *rounds += 1;
            Arc::new(Round::new(*rounds, ends_at))
        }))
    }

    /// A run is not waited for any more: it has ended, or was reported as not ended in time. The round, where that was the last
    /// of a kind in it.
    pub(super) fn leave_round(&mut self, check: usize) -> Option<Arc<Round>> {
        let cell = &mut self.cells[check];
        let round = cell.flight.as_mut().and_then(|flight| flight.round.take())?;
        let last = round.remove(cell.info.kinds);
        if round.is_empty() && self.open.as_ref().is_some_and(|open| Arc::ptr_eq(open, &round)) {
            self.open = None;
        }
        last.then_some(round)
    }

    /// Sees to it that the check is looked at when time changes it.
    pub(super) fn arm(&mut self, check: usize) {
        let cell = &mut self.cells[check];
        if let Some(at) = cell.wake().filter(|_| !self.frozen)
            && cell.armed.is_none_or(|armed| at < armed)
        {
            cell.armed = Some(at);
            self.wakes.push(Reverse((at, check)));
            self.tidy();
        }
    }

    /// Forgets the times that earlier ones have taken the place of, before there are many.
    fn tidy(&mut self) {
        let cells = &self.cells;
        if self.wakes.len() > 4 * cells.len() + 64 {
            self.wakes.retain(|Reverse((at, check))| cells[*check].armed == Some(*at));
        }
    }

    /// The next check to look at, if its time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<usize> {
        while let Some(&Reverse((at, check))) = self.wakes.peek()
            && at <= now
        {
            self.wakes.pop();
            if self.cells[check].armed == Some(at) {
                self.cells[check].armed = None;
                return Some(check);
            }
        }
        None
    }

    /// When the clock has to look again.
    pub(super) fn wake(&self) -> Option<Instant> {
        let check = self.wakes.peek().map(|Reverse((at, _))| *at);
        [check, self.publish_at].into_iter().flatten().min()
    }

    /// Whether to publish now; otherwise it is planned.
    pub(super) fn settle(&mut self, urgency: Urgency, now: Instant) -> bool {
        let gap = match urgency {
            Urgency::None => return self.publish_at.is_some_and(|at| at <= now),
            Urgency::Changed => LAG.max(self.cost * 8),
            Urgency::Moved => self.cost * 8,
            Urgency::AtOnce => return true,
        };
        let at = self.published + gap;
        self.publish_at = Some(self.publish_at.map_or(at, |planned| planned.min(at)));
        at <= now
    }

    pub(super) fn snapshot(&mut self, about: &Arc<About>) -> Snapshot {
        let began = Instant::now();
        let starting = |cell: &Cell| cell.info.kinds.contains(Kind::Startup) && !cell.entry().started;
        self.process.start(!self.cells.iter().any(starting));
        let valid_until = |selection| self.valid_until(selection, began);
        let snapshot = Snapshot::new(self.entries(), self.process.progress(), Arc::clone(about), valid_until);
        self.published = Instant::now();
        self.cost = (self.published - began).min(MOST);
        self.publish_at = None;
        snapshot
    }

    /// Those of the checks and of the process, ordered by name.
    fn entries(&self) -> Arc<[Arc<Entry>]> {
        let checks = self.cells.iter().map(Cell::entry);
        if self.process.entries().is_empty() {
            return checks.cloned().collect();
        }
        let mut entries: Vec<_> = checks.chain(self.process.entries()).cloned().collect();
        entries.sort_by(|a, b| a.name().cmp(b.name()));
        entries.into()
    }

    pub(super) fn is_starting(&self) -> bool {
        self.process.progress().lifecycle == Lifecycle::Starting
    }

    /// Whether somebody has taken the service out of traffic on purpose.
    pub(super) fn is_planned(&self) -> bool {
        self.process.is_taken_out() || self.finds_file()
    }

    fn finds_file(&self) -> bool {
        self.maintenance
            .as_ref()
            .is_some_and(|file| maintenance::is_planned(self.cells[file.check].entry()).unwrap_or(file.found))
    }

    /// Whether planned maintenance has begun, or is over, since the last time.
    pub(super) fn takes_planned(&mut self) -> Option<bool> {
        let found = self.finds_file();
        self.maintenance.iter_mut().for_each(|file| file.found = found);
        let planned = self.is_planned();
        (!self.frozen && std::mem::replace(&mut self.planned, planned) != planned).then_some(planned)
    }

    /// The process was frozen until now. False where nothing runs any more.
    pub(super) fn thaw(&mut self, now: Instant) -> bool {
        for check in 0..if self.frozen { 0 } else { self.cells.len() } {
            self.cells[check].thaw(now);
            self.arm(check);
        }
        self.lag.froze();
        !self.frozen
    }

    /// No check runs from now on. The round to answer, if readers wait.
    pub(super) fn freeze(&mut self) -> Option<Arc<Round>> {
        self.frozen = true;
        self.wakes.clear();
        self.open.clone()
    }

    fn valid_until(&self, selection: Selection, now: Instant) -> Option<Instant> {
        if self.frozen {
            return None;
        }
        if self.open.as_ref().is_some_and(|round| !round.is_over(selection.kinds)) {
            return Some(now);
        }
        let of_kind = |cell: &&Cell| {
            selection.kinds.is_empty() || selection.kinds.iter().any(|kind| cell.info.kinds.contains(kind))
        };
        let idle = self.cells.iter().filter(of_kind).filter(|cell| cell.flight.is_none());
        idle.filter_map(|cell| cell.fresh_until(now)).min()
    }
}

#[cfg(test)]
mod tests;
