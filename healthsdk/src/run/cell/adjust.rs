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
    pub(in crate::run) fn adjust(
        &mut self,
        file: Option<Arc<Wanted>>,
        starting: bool,
        now: Moment,
    ) -> Option<Adjusted> {
        let rules = self.rules.as_mut()?;
        **rules = rules.with_file(file);
        self.comply(starting, now)
    }

    /// Whether no settings say anything of it.
    pub(in crate::run) fn is_as_declared(&self) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.set_nothing())
    }

    /// A time that settings named has come.
    pub(in crate::run) fn expire(&mut self, starting: bool, now: Moment) -> Option<Adjusted> {
        self.expires.filter(|at| *at <= now.at)?;
        self.comply(starting, now)
    }

    fn comply(&mut self, starting: bool, now: Moment) -> Option<Adjusted> {
        let rules = self.rules.as_ref()?;
        self.expires = expires(rules, now);
        let (before, after) = (self.in_force(), rules.at(now.wall));
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
        self.timing = Arc::new(after.timing);
        let transition = self.threshold.adjust(Thresholds::of(&self.info, &self.timing), starting, now);
        if let Some(transition) = &transition {
            self.tally.moved(transition.to);
        }
        if replans || before.timing != after.timing {
            // The silence until now was as long as it had to be.
            self.completed = now.at;
        }
        if after.enabled && !before.enabled {
            self.forget(now.at);
        }
        if replans {
            self.replan(starting, now.at);
        }
        self.render();
        Some(self.adjusted(&before, &after, transition))
    }

    fn in_force(&self) -> InForce {
        InForce {
            timing: *self.timing,
            enabled: self.info.enabled,
            failure_status: self.info.failure_status,
            overridden: self.info.overridden.clone(),
        }
    }

    /// What came about until it was enabled says nothing of it.
    fn forget(&mut self, now: Instant) {
        self.stale = false;
        if let Some(flight) = &mut self.flight {
            flight.make_void(now, self.timing.timeout, self.timing.cancel_after);
        }
    }

    fn replan(&mut self, starting: bool, now: Instant) {
        let never_ran = self.last.checked_at.is_none();
        self.remind_at = self.remind_at.filter(|_| !self.threshold.is_unseen()).map(|_| now + REMINDER);
        self.schedule = match () {
            () if !self.info.enabled || self.is_done() => Schedule::NEVER,
            () if self.waits_to_begin(now) => self.schedule,
            () if never_ran && starting => Schedule::first(&self.timing, now),
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
