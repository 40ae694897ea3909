//! What happens to a check.

use std::time::Duration;

use super::{Check, Ended, Run};
use crate::Told;

/// How long people are not told again of a failure that lasts.
const REMINDER: Duration = Duration::from_secs(5 * 60);

impl Check {
    /// A run begins.
    ///
    /// # Panics
    /// Where one is under way.
    pub fn begin(&mut self, now: Duration) {
        assert!(self.run.is_none(), "a run begins beside another");
        self.run = Some(Run {
            began: now,
            timeout_at: now + self.options.timeout,
            drop_at: now + self.options.cancel_after,
            timed_out: false,
            dropped: false,
            void: false,
        });
    }

    /// Time has passed: what of [`timeout_at`](Self::timeout_at) and [`stale_at`](Self::stale_at) is over happens now.
    pub fn advance(&mut self, now: Duration) -> Option<Told> {
        let (timed_out, stale) = (is_over(self.timeout_at(), now), is_over(self.stale_at(), now));
        let mut told = None;
        if let Some(run) = self.run.as_mut().filter(|_| timed_out) {
            run.timed_out = true;
            if self.enabled {
                self.looked = true;
                told = self.fail(now);
            }
        }
        if stale {
            self.stale = true;
            told = self.give_up(now).or(told);
        }
        self.heard(told, now)
    }

    /// The run under way is dropped now. It has ended once [`ended`](Self::ended) says so: its thread may not come back from it.
    pub fn drop_run(&mut self) {
        if let Some(run) = &mut self.run {
            run.dropped = true;
        }
    }

    /// How long the failure has lasted of which people are told again now, every five minutes.
    pub fn reminder(&mut self, now: Duration) -> Option<Duration> {
        if !is_over(self.remind_at(), now) {
            return None;
        }
        self.remind_at = Some(now + REMINDER);
        self.enabled.then(|| now.saturating_sub(self.known.since))
    }

    /// The run under way has ended. `spread` in 0.0..1.0 draws by how much the period is longer.
    pub fn ended(&mut self, now: Duration, ended: Ended, spread: f64) -> Option<Told> {
        let run = self.run.take()?;
        if self.drained || !self.enabled {
            return None;
        }
        if run.void && !run.timed_out {
            self.silent_since = now;
            self.plan_at_once(now);
            return None;
        }
        self.looked = true;
        if ended != Ended::Dropped {
            self.silent_since = now;
            self.stale = false;
        }
        let told = if run.timed_out { None } else { self.count(ended, now.saturating_sub(run.began), now) };
        self.plan(run.began, now, spread);
        self.heard(told, now)
    }

    /// The process did not run until now.
    pub fn frozen(&mut self, now: Duration) {
        if self.drained {
            return;
        }
        self.silent_since = now;
        if self.run.is_some() {
            self.void(now);
        } else if self.enabled && !self.waits_for_the_first(now) {
            self.plan_at_once(now);
        }
    }

    /// The process stops: nothing changes any more.
    pub fn drain(&mut self) {
        self.drained = true;
    }

    fn heard(&mut self, told: Option<Told>, now: Duration) -> Option<Told> {
        if told.is_some() {
            self.remind_at = self.known.failing.then(|| now + REMINDER);
        }
        told
    }

    /// From now on again, where there is anything to be reminded of.
    pub(super) fn put_off_reminder(&mut self, now: Duration) {
        let reminds = self.remind_at.is_some() && !self.undecided;
        self.remind_at = reminds.then(|| now + REMINDER);
    }

    /// The run under way says nothing of what it looks at, and has its whole time again. One that was reported stays so.
    pub(super) fn void(&mut self, now: Duration) {
        if let Some(run) = &mut self.run {
            run.void |= !run.timed_out;
            run.timeout_at = now + self.options.timeout;
            run.drop_at = now + self.options.cancel_after;
        }
    }
}

fn is_over(at: Option<Duration>, now: Duration) -> bool {
    at.is_some_and(|at| at <= now)
}
