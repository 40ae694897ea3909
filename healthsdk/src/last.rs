use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

use crate::Cause;

/// The last run of a check: shared by the check and its entries, most of which have the same to tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Last {
    pub(crate) said: Said,
    pub(crate) duration: Option<Duration>,
    pub(crate) checked_at: Option<SystemTime>,
}

/// What it said. Most say nothing, and take no memory for it.
#[derive(Clone, Debug)]
pub(crate) struct Said(Arc<Words>);

#[derive(Debug, Default)]
struct Words {
    message: Option<String>,
    data: Map<String, Value>,
}

impl Said {
    pub(crate) fn new(message: Option<String>, data: Map<String, Value>) -> Self {
        if message.is_none() && data.is_empty() {
            Self::default()
        } else {
            Self(Arc::new(Words { message, data }))
        }
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    pub(crate) fn data(&self) -> &Map<String, Value> {
        &self.0.data
    }
}

/// Nothing.
impl Default for Said {
    fn default() -> Self {
        static NOTHING: LazyLock<Arc<Words>> = LazyLock::new(Arc::default);
        Self(Arc::clone(&NOTHING))
    }
}

impl Last {
    pub(crate) fn not_run() -> Arc<Self> {
        static NOT_RUN: LazyLock<Arc<Last>> = LazyLock::new(|| Last::told("has not run yet"));
        Arc::clone(&NOT_RUN)
    }

    pub(crate) fn disabled() -> Arc<Self> {
        static DISABLED: LazyLock<Arc<Last>> = LazyLock::new(|| Last::told("disabled by settings"));
        Arc::clone(&DISABLED)
    }

    /// In place of a run.
    pub(crate) fn told(message: &str) -> Arc<Self> {
        Arc::new(Self { said: Said::new(Some(message.to_owned()), Map::new()), ..Self::default() })
    }

    /// After it, a run has used up its timeout.
    pub(crate) fn timed_out(&self, timeout: Duration, now: SystemTime) -> Arc<Self> {
        let message = format!("no answer within {timeout:?}");
        let data = Map::from_iter([(Cause::KEY.to_owned(), Cause::TimedOut.into())]);
        let said = Said::new(Some(message), data);
        Arc::new(Self { said, duration: self.duration, checked_at: Some(now) })
    }

    /// After it, no run was completed for so long.
    pub(crate) fn stale(&self, silence: Duration) -> Arc<Self> {
        let message = format!("stale: no run was completed within {silence:?}");
        let said = Said::new(Some(message), self.said.data().clone());
        Arc::new(Self { said, duration: self.duration, checked_at: self.checked_at })
    }
}
