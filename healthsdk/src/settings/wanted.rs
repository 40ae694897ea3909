use std::time::SystemTime;

use super::{choice::Choice, source::Source};

/// What one source wants of one check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(super) source: Source,
    /// With where a person finds it.
    pub(super) choices: Vec<(Choice, String)>,
    /// From then on it is not wanted any more.
    pub(super) until: Option<SystemTime>,
    pub(super) reason: Option<String>,
}

impl Wanted {
    pub(super) fn of(source: Source) -> Self {
        Self { source, choices: Vec::new(), until: None, reason: None }
    }

    pub(super) fn holds(&self, now: SystemTime) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
