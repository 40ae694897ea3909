use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::http::Answer;

/// How many failures are told in full.
const TOLD: usize = 10;

/// What the clients of a load have seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Whole answers, by status.
    pub answers: BTreeMap<u16, u64>,
    /// Requests without a whole answer, by the step that failed and the kind of error, as `connect ConnectionRefused`.
    pub errors: BTreeMap<String, u64>,
    /// The first few failures: when after the start the request began, who asked, and what came.
    pub failures: Vec<(Duration, String)>,
    /// Connections tried.
    pub connections: u64,
    /// Answers that told their client to close.
    pub told_to_close: u64,
    /// Kept connections which the other end closed while they were idle, before the next request was sent. They are not
    /// failures.
    pub closed_idle: u64,
    /// The longest that a whole answer took.
    pub slowest: Duration,
    /// How long the load lasted.
    pub took: Duration,
}

impl Tally {
    /// Requests, whatever became of them.
    pub fn asked(&self) -> u64 {
        self.answers.values().chain(self.errors.values()).sum()
    }

    /// Requests that brought no whole answer, or one of 500 or above.
    pub fn failed(&self) -> u64 {
        let refused = self.answers.range(500..).map(|(_, number)| number);
        refused.chain(self.errors.values()).sum()
    }

    /// Whether the answer counts as a failure.
    pub(super) fn answer(&mut self, answer: &Answer) -> bool {
        *self.answers.entry(answer.status).or_default() += 1;
        self.told_to_close += u64::from(answer.closes());
        self.slowest = self.slowest.max(answer.took);
        answer.status >= 500
    }

    pub(super) fn error(&mut self, step: &str, error: &io::Error) {
        *self.errors.entry(format!("{step} {:?}", error.kind())).or_default() += 1;
    }

    pub(super) fn failure(&mut self, at: Duration, who: &str, what: &str) {
        if self.failures.len() < TOLD {
            self.failures.push((at, format!("{who}: {what}")));
        }
    }

    pub(super) fn add(&mut self, other: Tally) {
        for (status, number) in other.answers {
            *self.answers.entry(status).or_default() += number;
        }
        for (kind, number) in other.errors {
            *self.errors.entry(kind).or_default() += number;
        }
        self.failures.extend(other.failures);
        self.failures.sort();
        self.failures.truncate(TOLD);
        self.connections += other.connections;
        self.told_to_close += other.told_to_close;
        self.closed_idle += other.closed_idle;
        self.slowest = self.slowest.max(other.slowest);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { answers, errors, connections, told_to_close, closed_idle, slowest, took, .. } = self;
        write!(
            f,
            "{} requests in {took:.1?} on {connections} connections, {} failed; answers {answers:?}, \
             {told_to_close} told to close, {closed_idle} closed idle, slowest {slowest:.1?}; errors {errors:?}",
            self.asked(),
            self.failed(),
        )?;
        self.failures.iter().try_for_each(|(at, what)| write!(f, "\n  after {at:.3?}: {what}"))
    }
}
