use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

use crate::Cause;

/// What the last run of a check said: shared by the check and its entries, most of which have the same to tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Last {
    pub(crate) message: Option<String>,
    pub(crate) data: Map<String, Value>,
    pub(crate) duration: Option<Duration>,
    pub(crate) checked_at: Option<SystemTime>,
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
        Arc::new(Self { message: Some(message.to_owned()), ..Self::default() })
    }

    /// After it, a run has used up its timeout.
    pub(crate) fn timed_out(&self, timeout: Duration, now: SystemTime) -> Arc<Self> {
        Arc::new(Self {
            message: Some(format!("no answer within {timeout:?}")),
            data: Map::from_iter([(Cause::KEY.to_owned(), Cause::TimedOut.into())]),
            duration: self.duration,
            checked_at: Some(now),
        })
    }

    /// After it, no run was completed for so long.
    pub(crate) fn stale(&self, silence: Duration) -> Arc<Self> {
        Arc::new(Self {
            message: Some(format!("stale: no run was completed within {silence:?}")),
            data: self.data.clone(),
            duration: self.duration,
            checked_at: self.checked_at,
        })
    }
}
