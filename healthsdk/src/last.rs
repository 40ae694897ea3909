use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value};

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
}
