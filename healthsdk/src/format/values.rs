//! What several forms write alike.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::overridden;
use crate::{Report, Status, outcome, report::Reported};

/// RFC 3339 in UTC, to the millisecond.
pub(super) struct Time(pub(super) SystemTime);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&humantime::format_rfc3339_millis(self.0))
    }
}

/// To the microsecond.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// A body as JSON.
pub(super) fn written(body: &impl Serialize, otherwise: impl FnOnce() -> Bytes) -> Bytes {
    serde_json::to_vec(body).map_or_else(|_| otherwise(), Bytes::from)
}

/// Why an entry is not ok; where it is, what its last run said nevertheless.
pub(super) fn reason(reported: &Reported) -> Option<&str> {
    let unsaid = (reported.status > Status::Ok).then_some("passes again, but not often enough yet");
    reported.entry.message().or(unsaid)
}

/// What is wrong, by name: the entries of the worst status, as long as one message may be.
pub(super) fn summary(report: &Report) -> Option<String> {
    (report.status() > Status::Ok).then(|| outcome::bounded(&Worst(report)))
}

struct Worst<'a>(&'a Report);

impl Display for Worst<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(report) = self;
        let worst = report.entries.iter().filter(|reported| reported.status == report.status());
        for (at, reported) in worst.enumerate() {
            let (name, reason) = (reported.entry.name(), reason(reported).unwrap_or_default());
            write!(f, "{}{name}: {reason}", if at > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

/// What is known of an entry, for forms that keep it beside the status: what the last run added, and what it said. What the
/// run named as the form does is `data.<name>`.
pub(super) fn facts(reported: &Reported) -> BTreeMap<String, Value> {
    let entry = &*reported.entry;
    let time = |time| Value::from(humantime::format_rfc3339_millis(time).to_string());
    let said = match reported.status {
        Status::Ok => "message",
        Status::Degraded => "reason",
        Status::Error => "error",
    };
    let tags: Vec<_> = entry.tags().collect();
    let known = [
        (said, reason(reported).map(Value::from)),
        ("degraded", (reported.status == Status::Degraded).then_some(true.into())),
        ("checked_at", entry.checked_at().map(time)),
        ("duration_ms", entry.duration().map(|duration| milliseconds(duration).into())),
        ("failures", (entry.failures() > 0).then(|| entry.failures().into())),
        (overridden::KEY, overridden::value(entry)),
        ("running_since", entry.running_since().map(time)),
        ("since", Some(time(entry.since()))),
        ("tags", (!tags.is_empty()).then(|| tags.into())),
    ];
    let mut facts: BTreeMap<_, _> =
        known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    for (key, value) in entry.data() {
        let key = if facts.contains_key(key) { format!("data.{key}") } else { key.clone() };
        facts.insert(key, value.clone());
    }
    facts
}
