use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

use crate::{
    Component, Kind, Outcome, Override, Scope, Status,
    info::Info,
    kind::Kinds,
    last::{Last, Said},
};

/// The published state of one check, with its time and duration.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) info: Arc<Info>,
    pub(crate) status: Status,
    /// Has neither passed nor been given up yet.
    pub(crate) pending: bool,
    /// Does not hold the startup probe.
    pub(crate) started: bool,
    pub(crate) last: Arc<Last>,
    pub(crate) since: SystemTime,
    pub(crate) failures: u32,
    pub(crate) running_since: Option<SystemTime>,
}

impl Entry {
    /// An entry that a handler adds by itself.
    pub(crate) fn own(name: String, outcome: Outcome, now: SystemTime) -> Self {
        let (status, message, data) = outcome.into_parts();
        let info = Info {
            name: name.into(),
            kinds: Kinds::NONE,
            tags: Box::default(),
            description: None,
            component: None,
            scope: Scope::Local,
            failure_status: Status::Error,
            location: None,
            enabled: true,
            overridden: None,
        };
        Self {
            info: Arc::new(info),
            status,
            pending: false,
            started: true,
            last: Arc::new(Last { said: Said::new(message, data), duration: None, checked_at: Some(now) }),
            since: now,
            failures: u32::from(status == Status::Error),
            running_since: None,
        }
    }

    /// The name of the check.
    pub fn name(&self) -> &str {
        &self.info.name
    }

    /// Whether it tells of the process itself: names of checks have no slash.
    pub(crate) fn is_of_process(&self) -> bool {
        self.name().contains('/')
    }

    /// The published status: it moves by thresholds, not by each run.
    pub fn status(&self) -> Status {
        self.status
    }

    /// True until the check has once passed, or was found stale.
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// What the last run said, at most 1 KiB, also while the thresholds still hold the status at ok; that it has not run yet,
    /// before the first. `None` where the last run was well.
    pub fn message(&self) -> Option<&str> {
        self.last.said.message()
    }

    /// What the last run added with [`Outcome::with`](crate::Outcome::with).
    pub fn data(&self) -> &Map<String, Value> {
        self.last.said.data()
    }

    /// How long the last completed run took.
    pub fn duration(&self) -> Option<Duration> {
        self.last.duration
    }

    /// When the last run was completed or timed out; `None` before the first.
    pub fn checked_at(&self) -> Option<SystemTime> {
        self.last.checked_at
    }

    /// Since when the published status is what it is.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// Failed runs in a row, also while the thresholds still hold the status at ok.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Since when a run is under way that did not end in time.
    pub fn running_since(&self) -> Option<SystemTime> {
        self.running_since
    }

    /// What the check answers for.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.info.kinds.iter()
    }

    /// The groups that the check belongs to.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.info.tags.iter().map(AsRef::as_ref)
    }

    /// The sentence given as `description`.
    pub fn description(&self) -> Option<&str> {
        self.info.description.as_deref()
    }

    /// What settings made of the check in place of what was declared; `None` where it is as declared.
    pub fn overridden(&self) -> Option<&Override> {
        self.info.overridden.as_deref()
    }

    /// What sort of thing the check looks at.
    pub fn component(&self) -> Option<Component> {
        self.info.component
    }
}
