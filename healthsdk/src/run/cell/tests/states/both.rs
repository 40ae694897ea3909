use std::time::{Duration, Instant, SystemTime};

use healthsdk_model as model;
use proptest::{prop_assert_eq, test_runner::TestCaseError};

use super::{Setting, Step};
use crate::{
    Check, Outcome, Scope, Status,
    plan::{Draft, Plan},
    process::Process,
    run::{
        Change, News, Transition,
        attempt::Ended,
        cell::{Cell, tests::adjusted::wanted},
        effect::Effect,
        hops::Hops,
        moment::Moment,
        table::Table,
    },
    timing::Defaults,
};

/// What people are told.
#[derive(Debug, PartialEq)]
enum Told {
    Transition(model::Told),
    StillFailing(Duration),
}

/// A check, and the model of it, on a clock that only the test moves.
pub(super) struct Both {
    table: Table,
    model: model::Check,
    epoch: Instant,
    now: Duration,
    declared: model::Options,
    strangers: bool,
    /// What the settings file says, until when; and whether the process starts.
    set: Option<(Duration, bool)>,
    told: Vec<Told>,
    told_by_model: Vec<Told>,
}

impl Both {
    pub(super) fn new(options: model::Options) -> Self {
        let strangers = options.refresh.is_some();
        let defaults = Defaults { strangers, ..Defaults::default() };
        let plan = Plan::new(Draft { checks: vec![declared(options)], defaults, ..Draft::default() });
        let epoch = Instant::now();
        let now = Moment { at: epoch, wall: SystemTime::UNIX_EPOCH };
        let checks = plan.expect("the check is legal").checks;
        let cells = checks.into_iter().map(|planned| Cell::new(planned, now)).collect();
        let mut table = Table::new(cells, Process::new(now), epoch);
        table.arm(0);
        Self {
            table,
            model: model::Check::new(options),
            epoch,
            now: Duration::ZERO,
            declared: options,
            strangers,
            set: None,
            told: Vec::new(),
            told_by_model: Vec::new(),
        }
    }

    pub(super) fn step(&mut self, step: Step) {
        self.told.clear();
        self.told_by_model.clear();
        match step {
            Step::Wait(time) => self.wait(time),
            Step::Next => {
                let next = self.model.wake().into_iter().chain(self.set.map(|(until, _)| until)).min();
                self.wait(next.map_or(Duration::ZERO, |next| next.saturating_sub(self.now)));
            }
            Step::Ask => self.ask(),
            Step::End(ended, spread) => self.end(ended, false, spread),
            Step::EndFrozen(ended, time) => {
                self.now += time;
                self.model.frozen(self.now);
                self.end(ended, true, 0.0);
                self.freeze();
            }
            Step::Freeze(time) => {
                self.now += time;
                self.freeze();
            }
            Step::Set { setting, starting } => self.set(setting, starting),
            Step::Drain => {
                self.table.freeze();
                self.model.drain();
            }
        }
    }

    /// As the engine's clock does.
    fn look(&mut self) {
        let now = self.moment();
        while self.table.pop(now.at).is_some() {
            if let Some((_, starting)) = self.set.filter(|(until, _)| *until <= self.now) {
                let adjusted = self.cell().expire(starting, now);
                self.heard(adjusted.and_then(|adjusted| adjusted.transition));
            }
            let effect = self.table.cells[0].advance(now);
            let due = effect.due;
            self.effect(effect);
            if due {
                self.begin();
            }
            self.table.arm(0);
        }
        self.model_looks();
    }

    fn model_looks(&mut self) {
        if let Some((_, starting)) = self.set.filter(|(until, _)| *until <= self.now) {
            self.set = None;
            let told = self.model.set(self.now, self.declared, true, starting);
            self.told_by_model.extend(told.map(Told::Transition));
        }
        let told = self.model.advance(self.now);
        self.told_by_model.extend(told.map(Told::Transition));
        if self.model.timeout_at().is_none() && self.model.drop_at().is_some_and(|at| at <= self.now) {
            self.model.drop_run();
        }
        if self.model.next_run().is_some_and(|at| at <= self.now) {
            self.model.begin(self.now);
        }
        let reminder = self.model.reminder(self.now);
        self.told_by_model.extend(reminder.map(Told::StillFailing));
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.look();
    }

    fn freeze(&mut self) {
        self.table.thaw(self.moment().at);
        self.model.frozen(self.now);
        self.look();
    }

    fn ask(&mut self) {
        let wanted = self.table.cells[0].is_wanted(self.moment().at, Hops::NONE) && !self.table.frozen;
        if wanted {
            self.begin();
        }
        if self.model.fresh_until().is_some_and(|until| until <= self.now) {
            self.model.begin(self.now);
        }
    }

    fn begin(&mut self) {
        self.table.begin(0, self.moment(), None, Hops::NONE);
    }

    fn end(&mut self, ended: model::Ended, late: bool, spread: f64) {
        let now = self.moment();
        let dropped = self.cell().flight.as_ref().is_some_and(|flight| flight.wake().is_none());
        let (ended, of_model) =
            if dropped { (Ended::Cancelled, model::Ended::Dropped) } else { (said(ended), ended) };
        if self.table.frozen {
            self.cell().ended_void(now);
        } else {
            let effect = self.cell().ended(ended, now, late, spread);
            self.effect(effect);
            self.table.arm(0);
        }
        let told = self.model.ended(self.now, of_model, spread);
        self.told_by_model.extend(told.map(Told::Transition));
    }

    fn set(&mut self, setting: Setting, starting: bool) {
        if self.table.frozen {
            return;
        }
        let now = self.moment();
        let file = setting.written().map(wanted);
        let says = file.is_some();
        let adjusted = self.cell().adjust(file, starting, now);
        self.heard(adjusted.and_then(|adjusted| adjusted.transition));
        self.table.arm(0);
        let holds = says && setting.until.is_none_or(|until| until > self.now);
        self.set = setting.until.filter(|_| holds).map(|until| (until, starting));
        let (options, enabled) =
            if holds { setting.of(self.declared, self.strangers) } else { (self.declared, true) };
        let told = self.model.set(self.now, options, enabled, starting);
        self.told_by_model.extend(told.map(Told::Transition));
    }

    fn effect(&mut self, effect: Effect) {
        match effect.news {
            Some(News::Transition { transition, .. }) => self.heard(Some(transition)),
            Some(News::StillFailing { lasted, .. }) => self.told.push(Told::StillFailing(lasted)),
            None => {}
        }
    }

    fn heard(&mut self, transition: Option<Transition>) {
        self.told.extend(transition.map(|transition| {
            assert_eq!(transition.at.at, self.epoch + self.now);
            Told::Transition(model::Told {
                change: match transition.change {
                    Change::Failed => model::Change::Failed,
                    Change::NeverPassed => model::Change::NeverPassed,
                    Change::Recovered => model::Change::Recovered,
                    Change::Shifted => model::Change::Shifted,
                    Change::Overridden => model::Change::Overridden,
                },
                from: status(transition.from),
                to: status(transition.to),
                lasted: transition.lasted,
                failures: transition.failures,
            })
        }));
    }

    pub(super) fn compare(&self) -> Result<(), TestCaseError> {
        let (cell, model) = (&self.table.cells[0], &self.model);
        let entry = cell.entry();
        let pending = model.published() == model::Published::Pending;
        prop_assert_eq!((status(entry.status), entry.pending), (model.status(), pending), "published");
        prop_assert_eq!(entry.failures, model.failures(), "failures");
        prop_assert_eq!(entry.started, !model.holds_the_start(), "started");
        prop_assert_eq!(&self.told, &self.told_by_model, "told");
        let since = entry.since.duration_since(SystemTime::UNIX_EPOCH).expect("it is later");
        prop_assert_eq!(since, model.since(), "since");
        prop_assert_eq!(cell.flight.is_some(), model.is_running(), "running");
        let at = |at: Option<Instant>| at.map(|at| at.duration_since(self.epoch));
        if self.table.frozen {
            prop_assert_eq!(at(self.table.wake()), None, "the clock looks at nothing");
        } else {
            let idle = cell.flight.is_none();
            prop_assert_eq!(at(cell.schedule.due.filter(|_| idle)), model.next_run(), "due");
            let fresh = cell.schedule.fresh_until.filter(|_| idle);
            prop_assert_eq!(at(fresh), model.fresh_until(), "fresh");
            let wake = model.wake().into_iter().chain(self.set.map(|(until, _)| until)).min();
            prop_assert_eq!(at(cell.wake()), wake, "wake");
            proptest::prop_assert!(
                wake.is_none_or(|wake| at(self.table.wake()).is_some_and(|at| at <= wake)),
                "the clock looks in time"
            );
        }
        Ok(())
    }

    fn cell(&mut self) -> &mut Cell {
        &mut self.table.cells[0]
    }

    fn moment(&self) -> Moment {
        Moment { at: self.epoch + self.now, wall: SystemTime::UNIX_EPOCH + self.now }
    }
}

fn declared(options: model::Options) -> Check {
    let check = Check::new("x", || async {})
        .timeout(options.timeout)
        .cancel_after(options.cancel_after)
        .retry_interval(options.retry_interval)
        .failure_threshold(options.failure_threshold)
        .success_threshold(options.success_threshold)
        .scope(match options.scope {
            model::Scope::Local => Scope::Local,
            model::Scope::Shared => Scope::Shared,
        })
        .failure_status(match options.failure_status {
            model::Status::Ok => Status::Ok,
            model::Status::Degraded => Status::Degraded,
            model::Status::Error => Status::Error,
        });
    let check = match options.degraded_above {
        Some(above) => check.degraded_above(above),
        None => check,
    };
    match options.ttl {
        Some(ttl) => check.ttl(ttl),
        None => check.interval(options.interval).initial_delay(options.initial_delay),
    }
}

fn status(status: Status) -> model::Status {
    match status {
        Status::Ok => model::Status::Ok,
        Status::Degraded => model::Status::Degraded,
        Status::Error => model::Status::Error,
    }
}

fn said(ended: model::Ended) -> Ended {
    let pool = || Outcome::degraded("all connections are in use");
    Ended::Said(match ended {
        model::Ended::Passed => Outcome::ok(),
        model::Ended::Degraded => pool(),
        model::Ended::Inconclusive => pool().inconclusive(),
        model::Ended::Failed => Outcome::error("gone"),
        model::Ended::Dropped => return Ended::Cancelled,
    })
}
