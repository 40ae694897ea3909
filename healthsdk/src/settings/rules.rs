use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use humantime::format_rfc3339_seconds;

use super::{choice::Choice, overridden::Override, value, wanted::Wanted};
use crate::{
    Status, fault,
    options::Options,
    plan,
    timing::{Cadence, Defaults, Timing},
};

/// What a check is declared with, and what settings make of it.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    declared: Options,
    defaults: Defaults,
    /// The later ones weigh more.
    settings: Vec<Arc<Wanted>>,
    /// Weighs most, and may change.
    file: Option<Arc<Wanted>>,
}

/// How a check runs, and what it counts as, at one time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InForce {
    pub(crate) timing: Timing,
    pub(crate) enabled: bool,
    pub(crate) failure_status: Status,
    pub(crate) overridden: Option<Box<Override>>,
}

impl Rules {
    pub(crate) fn new(declared: Options, defaults: Defaults, settings: Vec<Arc<Wanted>>) -> Self {
        Self { declared, defaults, settings, file: None }
    }

    pub(crate) fn with_file(&self, file: Option<Arc<Wanted>>) -> Self {
        Self { file, ..self.clone() }
    }

    /// Whether all is as declared, at whatever time.
    pub(crate) fn set_nothing(&self) -> bool {
        self.settings.is_empty() && self.file.is_none()
    }

    /// Whether time alone may change what is in force.
    pub(super) fn ends(&self) -> bool {
        self.settings.iter().chain(&self.file).any(|wanted| wanted.until.is_some())
    }

    pub(crate) fn at(&self, now: SystemTime) -> InForce {
        let options = self.options(now);
        let enabled = self.choices(now).fold(true, |before, (choice, _)| match choice {
            Choice::Enabled(enabled) => *enabled,
            _ => before,
        });
        InForce {
            timing: Timing::new(&options, self.defaults),
            enabled,
            failure_status: options.failure_status,
            overridden: Override::of(self.wanted(now)).map(Box::new),
        }
    }

    /// When time alone changes what is in force next.
    pub(crate) fn next_change(&self, now: SystemTime) -> Option<SystemTime> {
        self.wanted(now).filter_map(|wanted| wanted.until).min()
    }

    /// What is wrong at whatever time, and which settings make it so.
    pub(crate) fn faults(&self, now: SystemTime) -> Vec<String> {
        let untils = self.wanted(now).filter_map(|wanted| wanted.until);
        let mut faults: Vec<String> = Vec::new();
        for time in std::iter::once(now).chain(untils) {
            let wrong = plan::option_faults(&self.options(time), self.defaults);
            let set: Vec<String> = self.choices(time).map(|(_, label)| label.clone()).collect();
            faults.extend(wrong.into_iter().map(|wrong| fault::set_by(wrong, &set)));
        }
        faults.dedup();
        faults
    }

    fn options(&self, now: SystemTime) -> Options {
        let mut options = self.declared;
        self.choices(now).for_each(|(choice, _)| choice.apply(&mut options));
        options
    }

    fn choices(&self, now: SystemTime) -> impl Iterator<Item = &(Choice, String)> {
        self.wanted(now).flat_map(|wanted| &wanted.choices)
    }

    fn wanted(&self, now: SystemTime) -> impl Iterator<Item = &Wanted> {
        self.settings.iter().chain(&self.file).map(|wanted| &**wanted).filter(move |wanted| wanted.holds(now))
    }
}

impl InForce {
    /// Each option that is not as it was, with its value before and now.
    pub(crate) fn changes(&self, before: &Self) -> Vec<(&'static str, String, String)> {
        let pairs = before.values().into_iter().zip(self.values());
        pairs.filter(|(from, to)| from != to).map(|((option, from), (_, to))| (option, from, to)).collect()
    }

    fn values(&self) -> [(&'static str, String); 11] {
        let timing = &self.timing;
        let shown = |duration: Option<Duration>| duration.map_or("none".to_owned(), value::written);
        let (interval, ttl) = match timing.cadence {
            Cadence::Background { interval, .. } => (Some(interval), None),
            Cadence::OnDemand { ttl, .. } => (None, Some(ttl)),
        };
        let until = self.overridden.as_deref().and_then(Override::until);
        [
            ("enabled", self.enabled.to_string()),
            ("failure_status", self.failure_status.to_string()),
            ("timeout", shown(Some(timing.timeout))),
            ("cancel_after", shown(Some(timing.cancel_after))),
            ("interval", shown(interval)),
            ("ttl", shown(ttl)),
            ("retry_interval", shown(Some(timing.retry_interval))),
            ("degraded_above", shown(timing.degraded_above)),
            ("failure_threshold", timing.failure_threshold.to_string()),
            ("success_threshold", timing.success_threshold.to_string()),
            ("until", until.map_or("none".to_owned(), |until| format_rfc3339_seconds(until).to_string())),
        ]
    }
}
