use std::time::{Duration, SystemTime};

use healthsdk_model::{Options, Status};
use proptest::{option, prelude::*, sample::select};
use serde_json::{Map, Value};

use super::{duration, status};

/// What the settings file says of the check: `None` where it says nothing of the option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    enabled: Option<bool>,
    failure_status: Option<Status>,
    failure_threshold: Option<u32>,
    timeout: Option<Duration>,
    interval: Option<Duration>,
    ttl: Option<Duration>,
    /// From the start of the process.
    pub(super) until: Option<Duration>,
}

impl Setting {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let parts = (
            option::of(any::<bool>()),
            option::weighted(0.3, status()),
            option::weighted(0.2, 1_u32..=4),
            option::weighted(0.2, duration(&[200, 1_000, 3_000])),
            option::weighted(0.2, duration(&[1_000, 7_000])),
            option::weighted(0.25, duration(&[500, 30_000])),
            option::weighted(0.3, select(&[5, 60, 600][..]).prop_map(Duration::from_secs)),
        );
        parts.prop_map(|(enabled, failure_status, failure_threshold, timeout, interval, ttl, until)| Self {
            enabled,
            failure_status,
            failure_threshold,
            timeout,
            interval: interval.filter(|_| ttl.is_none()),
            ttl,
            until,
        })
    }

    /// What the file says; `None` where that is nothing.
    pub(super) fn written(&self) -> Option<Value> {
        let long = |duration: Duration| Value::from(format!("{}ms", duration.as_millis()));
        let word = |status| match status {
            Status::Ok => "ok",
            Status::Degraded => "degraded",
            Status::Error => "error",
        };
        let time = |until| humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + until).to_string();
        let options = [
            ("enabled", self.enabled.map(Value::from)),
            ("failure_status", self.failure_status.map(|status| word(status).into())),
            ("failure_threshold", self.failure_threshold.map(Value::from)),
            ("timeout", self.timeout.map(long)),
            ("interval", self.interval.map(long)),
            ("ttl", self.ttl.map(long)),
        ];
        let said = options.into_iter().filter_map(|(option, value)| Some((option.to_owned(), value?)));
        let mut said: Map<_, _> = said.collect();
        let says = !said.is_empty();
        said.extend(self.until.map(|until| ("until".to_owned(), time(until).into())));
        says.then_some(Value::Object(said))
    }

    /// What it makes of the check, and whether that is enabled.
    pub(super) fn of(&self, declared: Options, strangers: bool) -> (Options, bool) {
        let mut options = declared;
        let refresh = |ttl: Duration| strangers.then(|| ttl.max(Duration::from_secs(5)));
        if let Some(interval) = self.interval {
            (options.interval, options.ttl, options.refresh) = (interval, None, None);
        }
        if let Some(ttl) = self.ttl {
            (options.ttl, options.refresh) = (Some(ttl), refresh(ttl));
        }
        options.failure_status = self.failure_status.unwrap_or(declared.failure_status);
        options.failure_threshold = self.failure_threshold.unwrap_or(declared.failure_threshold);
        options.timeout = self.timeout.unwrap_or(declared.timeout);
        (options, self.enabled.unwrap_or(true))
    }
}
