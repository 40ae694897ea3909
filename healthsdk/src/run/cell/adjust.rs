//! What settings change of a check while it runs.

use std::{sync::Arc, time::Instant};

use super::{Cell, REMINDER};
use crate::{
    info::Info,
    run::{
        feed::Adjusted,
        moment::Moment,
        schedule::Schedule,
        threshold::{Thresholds, Transition},
    },
    settings::{InForce, Rules, Wanted},
};

impl Cell {
    /// The settings file wants this of the check from now on.
    pub(in crate::run) fn adjust(&mut self, file: Option<Arc<Wanted>>, now: Moment) -> Option<Adjusted> {
        self.rules = self.rules.with_file(file);
        self.comply(now)
    }

    /// A time that settings named has come.
    pub(in crate::run) fn expire(&mut self, now: Moment) -> Option<Adjusted> {
        self.expires.filter(|at| *at <= now.at)?;
        self.comply(now)
    }

    fn comply(&mut self, now: Moment) -> Option<Adjusted> {
        self.expires = expires(&self.rules, now);
        let (before, after) = (self.in_force(), self.rules.at(now.wall));
        if before == after {
            return None;
        }
        let replans = before.timing.cadence != after.timing.cadence || before.enabled != after.enabled;
        self.info = Arc::new(Info {
            failure_status: after.failure_status,
            enabled: after.enabled,
            overridden: after.overridden.clone(),
            ..Info::clone(&self.info)
        });
        self.timing = after.timing;
        let transition = self.threshold.adjust(Thresholds::of(&self.info, &self.timing), now);
        if let Some(transition) = &transition {
            self.tally.moved(transition.to);
        }
        if replans {
            self.replan(now.at);
        }
        self.render();
        Some(self.adjusted(&before, &after, transition))
    }

    fn in_force(&self) -> InForce {
        InForce {
            timing: self.timing,
            enabled: self.info.enabled,
            failure_status: self.info.failure_status,
            overridden: self.info.overridden.clone(),
        }
    }

    /// The silence until now was as long as it had to be.
    fn replan(&mut self, now: Instant) {
        let never_ran = self.last.checked_at.is_none();
        self.completed = now;
        self.remind_at = self.remind_at.map(|_| now + REMINDER);
        self.schedule = match () {
            () if !self.info.enabled || self.is_done() => Schedule::NEVER,
            () if self.waits_to_begin(now) => self.schedule,
            () if never_ran => Schedule::first(&self.timing, now),
            () => Schedule::at_once(&self.timing, now),
        };
    }

    fn adjusted(&self, before: &InForce, after: &InForce, transition: Option<Transition>) -> Adjusted {
        Adjusted { entry: Arc::clone(&self.entry), changes: after.changes(before), transition }
    }
}

/// On the monotonic clock.
pub(super) fn expires(rules: &Rules, now: Moment) -> Option<Instant> {
    let left = rules.next_change(now.wall)?.duration_since(now.wall).ok()?;
    now.at.checked_add(left)
}
