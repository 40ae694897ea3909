//! `application/health+json`, as draft-inadarei-api-health-check-06 has it.

use std::{borrow::Cow, collections::BTreeMap};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Asked,
    overridden::Overridden,
    values::{Time, milliseconds, reason, summary, written},
};
use crate::{Component, Entry, Kind, Lifecycle, Report, Status, about::BuildInfo, report::Reported};

mod figures;

pub(super) const MEDIA: &str = "application/health+json";

pub(super) fn terse(status: Status, _: &Asked<'_>) -> Bytes {
    Bytes::from_static(match status {
        Status::Ok => br#"{"status":"pass"}"#,
        Status::Degraded => br#"{"status":"warn"}"#,
        Status::Error => br#"{"status":"fail"}"#,
    })
}

pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    let build = report.about.as_deref().map(|about| &about.build);
    let service = build.and_then(|build| build.service.as_deref());
    let body = Body {
        status: word(report.status()),
        version: build.and_then(|build| build.version.as_deref()).map(public),
        release_id: build.and_then(release),
        notes: note(report.lifecycle()).into_iter().collect(),
        output: summary(report),
        service_id: service,
        description: service.map(|service| format!("health of {service}")),
        checks: checks(report),
    };
    written(&body, || terse(report.status(), asked))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checks: BTreeMap<String, Vec<Reading<'a>>>,
}

/// One object below a key `component:measurement`. What is after `output` is beyond the draft, which allows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reading<'a> {
    component_id: Cow<'a, str>,
    component_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    time: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    known: Option<Known<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pending: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    since: Time,
    failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    running_since: Option<Time>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    data: &'a Map<String, Value>,
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    overridden: Option<Overridden<'a>>,
}

fn checks(report: &Report) -> BTreeMap<String, Vec<Reading<'_>>> {
    let mut checks = BTreeMap::<_, Vec<_>>::new();
    for reported in &report.entries {
        let entry = &*reported.entry;
        let measurement = entry.duration().map(|_| "responseTime");
        checks.entry(key(entry, measurement)).or_default().push(Reading::from(reported));
        for (measurement, figure) in figures::of(entry) {
            checks.entry(key(entry, Some(measurement))).or_default().push(figure);
        }
    }
    checks
}

/// A colon is what parts a component from what is measured of it.
fn key(entry: &Entry, measurement: Option<&str>) -> String {
    let component = entry.name().replace(':', "_");
    measurement.map_or(component.clone(), |measurement| format!("{component}:{measurement}"))
}

impl<'a> From<&'a Reported> for Reading<'a> {
    fn from(reported: &'a Reported) -> Self {
        let entry = &*reported.entry;
        let milliseconds = entry.duration().map(milliseconds);
        Self {
            component_id: entry.name().into(),
            component_type: component_type(entry),
            observed_value: milliseconds.map(Value::from),
            observed_unit: milliseconds.map(|_| "ms"),
            status: Some(word(reported.status)),
            time: time(entry),
            output: reason(reported).filter(|_| reported.status > Status::Ok),
            known: Some(Known {
                pending: entry.is_pending(),
                description: entry.description(),
                kinds: entry.kinds().map(Kind::as_str).collect(),
                tags: entry.tags().collect(),
                since: Time(entry.since()),
                failures: entry.failures(),
                running_since: entry.running_since().map(Time),
                data: entry.data(),
                overridden: entry.overridden().map(Overridden::from),
            }),
        }
    }
}

fn component_type(entry: &Entry) -> &'static str {
    entry.component().unwrap_or(Component::Component).as_str()
}

/// When it was read.
fn time(entry: &Entry) -> Time {
    Time(entry.checked_at().unwrap_or(entry.since()))
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "pass",
        Status::Degraded => "warn",
        Status::Error => "fail",
    }
}

fn note(lifecycle: Lifecycle) -> Option<&'static str> {
    match lifecycle {
        Lifecycle::Starting => Some("the process is starting"),
        Lifecycle::Ready => None,
        Lifecycle::Draining => Some("the process is draining, and about to stop"),
        Lifecycle::Stopped => Some("the process has stopped"),
    }
}

/// The part of a version that callers have to know: of `1.4.2` it is `1`, of `0.3.1` it is `0.3`.
fn public(version: &str) -> &str {
    let zeros = version.split('.').take_while(|part| *part == "0").count();
    let end = version.match_indices('.').nth(zeros).map_or(version.len(), |(at, _)| at);
    &version[..end]
}

fn release(build: &BuildInfo) -> Option<Cow<'_, str>> {
    match (build.version.as_deref(), build.commit.as_deref()) {
        (Some(version), Some(commit)) => Some(format!("{version}+{commit}").into()),
        (version, commit) => version.or(commit).map(Cow::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_version_is_what_breaks_callers() {
        for (version, told) in [
            ("1.4.2", "1"),
            ("0.3.1", "0.3"),
            ("0.0.7", "0.0.7"),
            ("12", "12"),
            ("2.0.0-rc.1", "2"),
            ("", ""),
        ] {
            assert_eq!(public(version), told, "{version}");
        }
    }
}
