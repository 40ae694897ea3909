use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant, SystemTime},
};

use arc_swap::ArcSwap;

use super::{
    attempt::{Ended, Sink},
    cell::Cell,
    clock::{self, Clock},
    effect::Urgency,
    feed::{Event, Observer, Run},
    hops::Hops,
    journal::Journal,
    lane::Line,
    moment::Moment,
    pool::Pool,
    rest::Rest,
    round::Round,
    snapshot::Snapshot,
    table::Table,
};
use tokio::sync::watch;

use crate::{Lifecycle, about::About, plan::Plan, planted, process::Process, redact::Redactor};

/// The running checks: begins runs, takes what they say, and publishes it.
pub(crate) struct Engine {
    pub(super) table: Mutex<Table>,
    pub(super) snapshot: ArcSwap<Snapshot>,
    pub(super) pool: Arc<Pool>,
    pub(super) deadline: Duration,
    /// Told at every publication.
    pub(super) published: watch::Sender<Lifecycle>,
    /// Told at every transition alone: many may wait for one.
    pub(super) reached: watch::Sender<Lifecycle>,
    pub(super) clock: Arc<Clock>,
    pub(super) journal: Arc<Journal>,
    pub(super) about: Arc<About>,
    redactor: Redactor,
    pub(super) this: Weak<Self>,
}

impl Engine {
    /// Starts the threads and every check that is due.
    pub(crate) fn start(
        plan: Plan,
        deadline: Duration,
        about: About,
        observers: Vec<Arc<dyn Observer>>,
    ) -> io::Result<Arc<Self>> {
        let now = Moment::now();
        let clock = Arc::new(Clock::new());
        let pool = Pool::start(plan.checks.len(), Arc::clone(&clock))?;
        let cells = plan.checks.into_iter().map(|planned| Cell::new(planned, now)).collect();
        let mut table = Table::new(cells, Process::new(now), now.at);
        let about = Arc::new(about);
        let first = table.snapshot(&about);
        let engine = Arc::new_cyclic(|this| Self {
            table: Mutex::new(table),
            snapshot: ArcSwap::from_pointee(first),
            pool,
            deadline: planted::patience(deadline),
            published: watch::Sender::default(),
            reached: watch::Sender::default(),
            clock,
            journal: Arc::new(Journal::new(observers)),
            about,
            redactor: plan.redactor,
            this: Weak::clone(this),
        });
        engine.first_round(now);
        let looked_after = Arc::clone(&engine);
        let spawned = clock::spawn("health-clock", move || {
            looked_after.clock.run(|| looked_after.look());
        });
        spawned.inspect_err(|_| engine.close())?;
        Ok(engine)
    }

    /// Ends everything without waiting for anything: what is left is dropped by pollers.
    pub(crate) fn close(&self) {
        let mut table = self.table();
        table.closed = true;
        let flights: Vec<_> = table.cells.iter_mut().filter_map(|cell| cell.flight.take()).collect();
        let starts: Vec<_> = table.cells.iter_mut().filter_map(|cell| cell.start.take()).collect();
        drop(table);
        for attempt in flights.iter().filter_map(|flight| flight.attempt.as_ref()) {
            attempt.cancel();
        }
        // One by one: two that panic in one call would end the process.
        for start in starts {
            self.pool.call(move || drop(start));
        }
        self.journal.write([Line::Event(Event::Closed)], &self.pool);
        self.pool.close();
        self.clock.close();
    }

    /// The first runs, for which the first readers wait.
    fn first_round(&self, now: Moment) {
        let mut rest = Rest::default();
        let mut table = self.table();
        self.beat_if(true, &table, &mut rest);
        for check in 0..table.cells.len() {
            if table.cells[check].schedule.due.is_some_and(|due| due <= now.at) {
                let round = table.round(now.at + self.deadline);
                self.begin(&mut table, check, now, Some(&round), Hops::NONE, &mut rest);
            } else {
                table.arm(check);
            }
        }
        self.settle(&mut table, Urgency::AtOnce, now.at, &mut rest);
        self.finish(table, rest);
    }

    /// Does what time has made due. On the clock's thread.
    fn look(&self) -> Option<Instant> {
        let mut rest = Rest::default();
        let mut table = self.table();
        if table.closed {
            return None;
        }
        // Under the lock: a freeze before it would make the time an old one.
        let now = Moment::now();
        let mut urgency = Urgency::None;
        let late = self.clock.lateness(now.at);
        table.lag.note(late, now.at);
        if self.clock.is_late(now.at) {
            urgency = Urgency::Moved;
            super::thaw::note(now.at);
            rest.lines.extend(table.thaw(now.at).then_some(Line::Event(Event::Thawed { late })));
        }
        self.clock.looked(now.at);
        let starting = table.is_starting();
        while let Some(check) = table.pop(now.at) {
            if let Some(adjusted) = table.cells[check].expire(starting, now) {
                urgency = Urgency::AtOnce;
                rest.adjusted(&table, adjusted);
            }
            let effect = table.cells[check].advance(now);
            if effect.cancel {
                let flight = table.cells[check].flight.as_ref();
                rest.cancel.extend(flight.and_then(|flight| flight.attempt.clone()));
            }
            if effect.timed_out {
                urgency = urgency.max(rest.wake(table.leave_round(check)));
                rest.observed(self, || table.cells[check].timed_out());
            }
            if effect.due {
                self.begin(&mut table, check, now, None, Hops::NONE, &mut rest);
            }
            urgency = urgency.max(effect.urgency);
            rest.news(&table, effect.news);
            table.arm(check);
        }
        self.settle(&mut table, urgency, now.at, &mut rest);
        self.beat_if(table.lag.takes_beat(now.at), &table, &mut rest);
        let next = table.wake();
        self.finish(table, rest);
        [next, self.pool.progress(now.at)].into_iter().flatten().min()
    }

    pub(super) fn begin(
        &self,
        table: &mut Table,
        check: usize,
        now: Moment,
        round: Option<&Arc<Round>>,
        hops: Hops,
        rest: &mut Rest,
    ) {
        if table.begin(check, now, round, hops) {
            rest.begun.push(check);
            rest.observed(self, || Event::Began { entry: Arc::clone(table.cells[check].entry()) });
        }
    }

    /// Publishes, or plans to.
    pub(super) fn settle(&self, table: &mut Table, urgency: Urgency, now: Instant, rest: &mut Rest) {
        rest.lines.extend(table.takes_planned().map(|planned| Line::Event(Event::Planned(planned))));
        if table.settle(urgency, now) {
            let snapshot = Arc::new(table.snapshot(&self.about));
            let lifecycle = snapshot.progress().lifecycle;
            let before = self.snapshot.swap(Arc::clone(&snapshot));
            rest.rounds.iter().for_each(|round| round.published());
            if lifecycle != before.progress().lifecycle {
                rest.lines.push(Line::Event(Event::Lifecycle { lifecycle, at: SystemTime::now() }));
            }
            self.beat_if(snapshot.is_ready() != before.is_ready(), table, rest);
            rest.published = Some(lifecycle);
        }
        if let Some(at) = table.wake() {
            self.clock.wake_at(at);
        }
    }

    /// Tells what has happened in the order in which it has, and does what is left without the lock.
    pub(super) fn finish(&self, mut table: MutexGuard<'_, Table>, rest: Rest) {
        // Before the runs, so that their beginning is told before their end.
        let unwritten = self.journal.append(rest.lines);
        let launch = self.next(&mut table, rest.begun.into_iter());
        drop(table);
        for round in rest.rounds {
            round.wake();
        }
        if let Some(lifecycle) = rest.published {
            self.published.send_replace(lifecycle);
            // Two may come out of order, and it only moves forward.
            self.reached.send_if_modified(|told| std::mem::replace(told, lifecycle.max(*told)) < lifecycle);
        }
        if unwritten {
            self.journal.begin(&self.pool);
        }
        self.launch(launch);
        for attempt in rest.cancel {
            attempt.cancel();
        }
    }

    /// What all that is kept goes through.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Engine {
    fn ended(&self, check: usize, run: u64, ended: Ended) -> Option<Run> {
        let ended = ended.redacted(&self.redactor);
        let mut rest = Rest::default();
        let mut table = self.table();
        let now = Moment::now();
        let late = self.clock.is_late(now.at);
        if table.cells[check].flight.as_ref().is_none_or(|flight| flight.id != run) {
            return None;
        }
        if table.frozen {
            let run = table.cells[check].ended_void(now).map(|run| rest.ended(self, run));
            self.finish(table, rest);
            return run;
        }
        let waited_for = rest.wake(table.leave_round(check));
        let effect = table.cells[check].ended(ended, now, late, fastrand::f64());
        let urgency = waited_for.max(effect.urgency);
        let run = effect.ended.map(|ended| rest.ended(self, table.cells[check].told(ended, now)));
        rest.news(&table, effect.news);
        table.arm(check);
        self.settle(&mut table, urgency, now.at, &mut rest);
        self.finish(table, rest);
        run
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
