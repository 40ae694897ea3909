use std::{
    collections::BTreeMap,
    time::{Duration, Instant, SystemTime},
};

use crate::{Kind, Status, Transition, maintenance};

/// What a target wants to hear of.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// What is less is as good as well.
    pub(super) least: Status,
    /// Of these kinds alone; all where there is none.
    pub(super) kinds: Vec<Kind>,
    /// For how long the same of a check is not said again.
    pub(super) quiet: Duration,
}

/// What is to be said of a check.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) says: Says,
    pub(super) transition: Transition,
    /// What was said to be wrong before, and since when.
    pub(super) was: Option<(Status, SystemTime)>,
    /// How many transitions of the check were not told since the last message.
    pub(super) untold: u32,
    pub(super) made: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Failed,
    /// Still not well, but better or worse.
    Changed,
    Recovered,
}

/// What a target is told, as a function of transitions and of time.
#[derive(Debug)]
pub(super) struct Policy {
    rules: Rules,
    planned: bool,
    checks: BTreeMap<String, Check>,
}

/// What is known of one check.
#[derive(Debug, Default)]
struct Check {
    /// The last message, where that said that it is not well.
    failing: Option<Message>,
    /// When it was last said to be degraded, and an error.
    alerted: BTreeMap<Status, Instant>,
    /// What has not been said yet, and may be later.
    latest: Option<Transition>,
    untold: u32,
}

impl Policy {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, planned: false, checks: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, transition: Transition, now: Instant) -> Option<Message> {
        if !self.rules.concerns(&transition) {
            return None;
        }
        self.planned |= transition.is_planned();
        let fails = self.rules.fails(transition.to());
        let check = self.checks.entry(transition.check().to_owned()).or_default();
        check.untold = check.untold.saturating_add(1);
        check.latest = Some(transition);
        // Whoever was told of a failure is told of its end at once, which alerts nobody.
        if self.planned && fails { None } else { check.say(&self.rules, now) }
    }

    /// Whether something of this check waits until it may be said.
    pub(super) fn holds(&self, check: &str) -> bool {
        self.checks.get(check).is_some_and(|check| check.latest.is_some())
    }

    /// Planned maintenance begins, or is over.
    pub(super) fn plan(&mut self, planned: bool, now: Instant) -> Vec<Message> {
        self.planned = planned;
        self.due(now)
    }

    /// What may be said by now, in the order in which it came about.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Message> {
        if self.planned {
            return Vec::new();
        }
        let mut due: Vec<_> =
            self.checks.values_mut().filter_map(|check| check.say(&self.rules, now)).collect();
        due.sort_by_key(|message| message.transition.moment().at);
        due
    }

    /// When time alone lets something be said.
    pub(super) fn wake(&self) -> Option<Instant> {
        let waits = |check: &Check| check.quiet_until(check.latest.as_ref()?.to(), self.rules.quiet);
        self.checks.values().filter(|_| !self.planned).filter_map(waits).min()
    }

    /// The last message of each check that was said not to be well.
    pub(super) fn failing(&self) -> impl Iterator<Item = &Message> {
        self.checks.values().filter_map(|check| check.failing.as_ref())
    }
}

impl Rules {
    fn concerns(&self, transition: &Transition) -> bool {
        let of_kind = || transition.kinds().any(|kind| self.kinds.contains(&kind));
        transition.check() != maintenance::NAME && (self.kinds.is_empty() || of_kind())
    }

    fn fails(&self, status: Status) -> bool {
        status >= self.least && status > Status::Ok
    }
}

impl Check {
    fn say(&mut self, rules: &Rules, now: Instant) -> Option<Message> {
        let transition = self.latest.take()?;
        let (to, was) = (transition.to(), self.failing.as_ref().map(Message::failing));
        let fails = rules.fails(to);
        let says = match was {
            None if !fails => return None,
            Some((was, _)) if fails && was == to => return None,
            None => Says::Failed,
            Some(_) if fails => Says::Changed,
            Some(_) => Says::Recovered,
        };
        if fails && self.quiet_until(to, rules.quiet).is_some_and(|until| now < until) {
            self.latest = Some(transition);
            return None;
        }
        let untold = std::mem::take(&mut self.untold).saturating_sub(1);
        let message = Message { says, transition, was, untold, made: now };
        if fails {
            self.alerted.insert(to, now);
        }
        self.failing = fails.then(|| message.clone());
        Some(message)
    }

    fn quiet_until(&self, status: Status, quiet: Duration) -> Option<Instant> {
        self.alerted.get(&status).map(|alerted| *alerted + quiet)
    }
}

impl Message {
    /// What is wrong, and since when.
    pub(super) fn failing(&self) -> (Status, SystemTime) {
        (self.transition.to(), self.transition.at())
    }

    pub(super) fn check(&self) -> &str {
        self.transition.check()
    }
}

#[cfg(test)]
mod tests;
