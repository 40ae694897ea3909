use std::{fmt, time::Duration};

use serde_json::Value;

use super::value;
use crate::{Status, options::Options};

/// What settings may say of a check, beside until when and why.
pub(super) const OPTIONS: [&str; 10] = [
    "cancel_after",
    "degraded_above",
    "enabled",
    "failure_status",
    "failure_threshold",
    "interval",
    "retry_interval",
    "success_threshold",
    "timeout",
    "ttl",
];

/// One option of one check, as settings have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    CancelAfter(Duration),
    DegradedAbove(Duration),
    Enabled(bool),
    FailureStatus(Status),
    FailureThreshold(u32),
    Interval(Duration),
    RetryInterval(Duration),
    SuccessThreshold(u32),
    Timeout(Duration),
    Ttl(Duration),
}

impl Choice {
    /// `None` where there is no such option.
    pub(super) fn parse(option: &str, value: &Value) -> Option<Result<Self, String>> {
        Some(match option {
            "cancel_after" => value::duration(value).map(Self::CancelAfter),
            "degraded_above" => value::duration(value).map(Self::DegradedAbove),
            "enabled" => value::boolean(value).map(Self::Enabled),
            "failure_status" => value::status(value).map(Self::FailureStatus),
            "failure_threshold" => value::count(value).map(Self::FailureThreshold),
            "interval" => value::duration(value).map(Self::Interval),
            "retry_interval" => value::duration(value).map(Self::RetryInterval),
            "success_threshold" => value::count(value).map(Self::SuccessThreshold),
            "timeout" => value::duration(value).map(Self::Timeout),
            "ttl" => value::duration(value).map(Self::Ttl),
            _ => return None,
        })
    }

    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::CancelAfter(_) => "cancel_after",
            Self::DegradedAbove(_) => "degraded_above",
            Self::Enabled(_) => "enabled",
            Self::FailureStatus(_) => "failure_status",
            Self::FailureThreshold(_) => "failure_threshold",
            Self::Interval(_) => "interval",
            Self::RetryInterval(_) => "retry_interval",
            Self::SuccessThreshold(_) => "success_threshold",
            Self::Timeout(_) => "timeout",
            Self::Ttl(_) => "ttl",
        }
    }

    /// Of `interval` and `ttl`, the one said last counts.
    pub(super) fn apply(self, options: &mut Options) {
        match self {
            Self::CancelAfter(cancel_after) => options.cancel_after = Some(cancel_after),
            Self::DegradedAbove(above) => options.degraded_above = Some(above),
            Self::Enabled(_) => {}
            Self::FailureStatus(status) => options.failure_status = status,
            Self::FailureThreshold(runs) => options.failure_threshold = Some(runs),
            Self::Interval(interval) => (options.interval, options.ttl) = (Some(interval), None),
            Self::RetryInterval(interval) => options.retry_interval = Some(interval),
            Self::SuccessThreshold(runs) => options.success_threshold = Some(runs),
            Self::Timeout(timeout) => options.timeout = Some(timeout),
            Self::Ttl(ttl) => {
                (options.ttl, options.interval, options.initial_delay) = (Some(ttl), None, None);
            }
        }
    }
}

/// The value.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CancelAfter(duration)
            | Self::DegradedAbove(duration)
            | Self::Interval(duration)
            | Self::RetryInterval(duration)
            | Self::Timeout(duration)
            | Self::Ttl(duration) => f.write_str(&value::written(*duration)),
            Self::Enabled(enabled) => enabled.fmt(f),
            Self::FailureStatus(status) => status.fmt(f),
            Self::FailureThreshold(runs) | Self::SuccessThreshold(runs) => runs.fmt(f),
        }
    }
}
