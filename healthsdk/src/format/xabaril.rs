//! As the user interface of Xabaril's health checks for ASP.NET Core reads it.

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Asked,
    overridden::with_data,
    values::{reason, written},
};
use crate::{Report, Status, report::Reported};

pub(super) fn terse(status: Status, _: &Asked<'_>) -> Bytes {
    Bytes::from_static(match status {
        Status::Ok => br#"{"status":"Healthy","totalDuration":"00:00:00.0000000","entries":{}}"#,
        Status::Degraded => br#"{"status":"Degraded","totalDuration":"00:00:00.0000000","entries":{}}"#,
        Status::Error => br#"{"status":"Unhealthy","totalDuration":"00:00:00.0000000","entries":{}}"#,
    })
}

pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    // They do not wait for each other.
    let longest = report.entries.iter().filter_map(|reported| reported.entry.duration()).max();
    let entries = report.entries.iter().map(|reported| (reported.entry.name(), Entry::from(reported)));
    let body = Body {
        status: word(report.status()),
        total_duration: span(longest.unwrap_or_default()),
        entries: entries.collect(),
    };
    written(&body, || terse(report.status(), asked))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    status: &'static str,
    total_duration: String,
    entries: BTreeMap<&'a str, Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    data: Cow<'a, Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    duration: String,
    status: &'static str,
    tags: Vec<&'a str>,
}

impl<'a> From<&'a Reported> for Entry<'a> {
    fn from(reported: &'a Reported) -> Self {
        let entry = &*reported.entry;
        Self {
            data: with_data(entry),
            description: reason(reported).or(entry.description()),
            duration: span(entry.duration().unwrap_or_default()),
            status: word(reported.status),
            tags: entry.tags().collect(),
        }
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "Healthy",
        Status::Degraded => "Degraded",
        Status::Error => "Unhealthy",
    }
}

/// As .NET writes a `TimeSpan`, in ticks of 100 ns.
fn span(duration: Duration) -> String {
    let (seconds, ticks) = (duration.as_secs(), duration.subsec_nanos() / 100);
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    format!("{days}{hours:02}:{:02}:{:02}.{ticks:07}", seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_dotnet_does() {
        for (nanos, told) in [
            (0, "00:00:00.0000000"),
            (1_482_208_599, "00:00:01.4822085"),
            (3_723_000_000_100, "01:02:03.0000001"),
            (90_061_000_000_000, "1.01:01:01.0000000"),
        ] {
            assert_eq!(span(Duration::from_nanos(nanos)), told);
        }
    }
}
