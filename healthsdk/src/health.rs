use std::{fmt::Display, time::SystemTime};

use crate::{Entry, Lifecycle, Outcome, Report, Status, kind::Kinds, redact::Redactor};

/// What a handler gathers: the entries of the registered checks where [`#[health_route]`](macro@crate::health_route) gave it, and its own.
///
/// ```
/// use healthsdk::{Health, Status};
///
/// let mut health = Health::new();
/// health.ok("queue");
/// health.degraded("cache", "cold");
/// assert_eq!(health.status().status(), Status::Degraded);
/// ```
#[derive(Debug)]
pub struct Health {
    report: Report,
    redactor: Redactor,
}

impl Health {
    /// An empty one, without the registered checks.
    pub fn new() -> Self {
        let report = Report {
            kinds: Kinds::NONE,
            status: Status::Ok,
            lifecycle: Lifecycle::Ready,
            about: None,
            entries: Vec::new(),
        };
        Self { report, redactor: Redactor::default() }
    }

    pub(crate) fn gathered(report: Report, redactor: Redactor) -> Self {
        Self { report, redactor }
    }

    /// Adds an entry that works.
    pub fn ok(&mut self, name: impl Into<String>) {
        self.record(name, Outcome::ok());
    }

    /// Adds an entry that works, with something a person should look at.
    pub fn degraded(&mut self, name: impl Into<String>, message: impl Display) {
        self.record(name, Outcome::degraded(message));
    }

    /// Adds an entry that does not work.
    pub fn error(&mut self, name: impl Into<String>, message: impl Display) {
        self.record(name, Outcome::error(message));
    }

    /// Adds an entry with data. Where an entry of this name is there already, the worse of the two counts.
    pub fn record(&mut self, name: impl Into<String>, outcome: Outcome) {
        let (name, outcome) = (self.redactor.reason(&name.into()), outcome.redacted(&self.redactor));
        self.report.add(Entry::own(name, outcome, SystemTime::now()));
    }

    /// Closes it into the answer.
    pub fn status(self) -> Report {
        self.report
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}
