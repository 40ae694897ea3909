use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use serde_json::Value;

use super::wanted::Wanted;
use crate::{Details, redact::Redactor};

/// What is set for the monitor as a whole.
pub(super) const GLOBALS: [&str; 5] = ["deadline", "details", "drain_delay", "grace", "ttl"];

/// All that one source says, understood.
#[derive(Default)]
pub(crate) struct Layer {
    pub(crate) globals: Globals,
    pub(crate) checks: BTreeMap<String, Arc<Wanted>>,
}

impl Layer {
    /// The reasons without secrets.
    pub(super) fn redacted(mut self, redactor: &Redactor) -> Self {
        for wanted in self.checks.values_mut() {
            let wanted = Arc::make_mut(wanted);
            wanted.reason = wanted.reason.take().map(|reason| redactor.reason(&reason));
        }
        self
    }
}

/// With where a person finds it.
pub(crate) type Said<T> = Option<(T, String)>;

#[derive(Clone, Default)]
pub(crate) struct Globals {
    pub(crate) deadline: Said<Duration>,
    pub(crate) details: Said<Details>,
    pub(crate) drain_delay: Said<Duration>,
    pub(crate) grace: Said<Duration>,
    pub(crate) ttl: Said<Duration>,
    pub(crate) file: Option<PathBuf>,
    /// As they were written, to see what changes.
    pub(crate) written: BTreeMap<&'static str, Value>,
}
