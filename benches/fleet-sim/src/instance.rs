use std::time::Duration;

use healthsdk_model as model;
use model::Ended;

use crate::{
    chance::Chance,
    settings::Check,
    time::{Micros, NEVER, part},
    world::World,
};

/// Of the model's, this share of an interval is added at most.
const MODEL_JITTER: f64 = 0.1;

/// One process with one background check. What is published of it, and when it runs, is the model's; what the run finds is the
/// world's.
#[derive(Debug)]
pub(crate) struct Instance {
    check: model::Check,
    settings: Check,
    run: Option<Run>,
    /// Added to the retry interval under way.
    extra: Micros,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    ends: Micros,
    passed: bool,
}

impl Instance {
    /// One whose first run is at this time.
    pub(crate) fn first_run_at(first: Micros, settings: Check) -> Self {
        let scope = if settings.shared { model::Scope::Shared } else { model::Scope::Local };
        let check = model::Check::new(model::Options {
            interval: Duration::from_micros(settings.interval),
            initial_delay: Duration::from_micros(first),
            retry_interval: Duration::from_micros(settings.retry_interval),
            timeout: Duration::from_micros(settings.timeout),
            cancel_after: Duration::from_micros(settings.cancel_after),
            failure_threshold: settings.failure_threshold,
            success_threshold: settings.success_threshold,
            scope,
            ..model::Options::default()
        });
        Self { check, settings, run: None, extra: 0 }
    }

    /// One of a fleet that has run for long: its beat is its own.
    pub(crate) fn steady(settings: Check, chance: &mut Chance) -> Self {
        Self::first_run_at(chance.below(settings.interval), settings)
    }

    /// Whether readiness would answer 200, as far as this check goes.
    pub(crate) fn is_ready(&self) -> bool {
        self.check.status() < model::Status::Error
    }

    /// Whether it has failed, as an error or as degraded.
    pub(crate) fn is_failed(&self) -> bool {
        self.check.status() > model::Status::Ok
    }

    /// When something happens next.
    pub(crate) fn wake(&self) -> Micros {
        let check = &self.check;
        let by_itself = match self.run {
            Some(run) => run.ends.min(micros(check.timeout_at().or(check.drop_at()))),
            None => micros(check.next_run()).saturating_add(self.extra),
        };
        by_itself.min(micros(check.stale_at()))
    }

    /// Has happen what is due. Timeouts come before answers, as they may after a freeze.
    pub(crate) fn advance(&mut self, now: Micros, world: &mut impl World, chance: &mut Chance) {
        let at = Duration::from_micros(now);
        self.check.advance(at);
        let Some(run) = self.run else { return self.begin(now, world, chance) };
        let dropped = self.check.timeout_at().is_none() && micros(self.check.drop_at()) <= now;
        let ended = match run {
            Run { ends, passed: true } if ends <= now => Ended::Passed,
            Run { ends, passed: false } if ends <= now => Ended::Failed,
            _ if dropped => Ended::Dropped,
            _ => return,
        };
        self.run = None;
        self.check.ended(at, ended, chance.share() * self.settings.jitter / MODEL_JITTER);
        self.extra = 0;
        let waits_for_retry = micros(self.check.next_run()) == now + self.settings.retry_interval;
        if self.settings.retry_jitter > 0.0 && waits_for_retry {
            self.extra = part(self.settings.retry_interval, self.settings.retry_jitter * chance.share());
        }
    }

    /// The process did not run until now.
    pub(crate) fn thaw(&mut self, now: Micros) {
        if self.settings.freeze_rule {
            self.check.frozen(Duration::from_micros(now));
        }
    }

    fn begin(&mut self, now: Micros, world: &mut impl World, chance: &mut Chance) {
        if micros(self.check.next_run()).saturating_add(self.extra) <= now {
            self.check.begin(Duration::from_micros(now));
            let answer = world.ask(now, chance);
            self.run = Some(Run { ends: now.saturating_add(answer.after), passed: answer.passed });
        }
    }
}

/// Rounded up, so that what wakes then finds it due.
fn micros(at: Option<Duration>) -> Micros {
    at.map_or(NEVER, |at| at.as_secs() * 1_000_000 + Micros::from(at.subsec_nanos().div_ceil(1_000)))
}
