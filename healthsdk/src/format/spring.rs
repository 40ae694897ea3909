//! As Spring Boot's actuator writes it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::{
    Asked,
    values::{facts, summary, written},
};
use crate::{Kind, Report, Status, kind::Kinds, report::Reported};

pub(super) const V3: &str = "application/vnd.spring-boot.actuator.v3+json";
pub(super) const V2: &str = "application/vnd.spring-boot.actuator.v2+json";

const UP: &str = "UP";
const DOWN: &str = "DOWN";
const OUT_OF_SERVICE: &str = "OUT_OF_SERVICE";
const UNKNOWN: &str = "UNKNOWN";

/// What of the process is as somebody wants it.
const PLANNED: [&str; 5] =
    ["process/draining", "process/maintenance", "process/ready", "process/server", "process/starting"];

pub(super) fn terse(status: Status, _: &Asked<'_>) -> Bytes {
    Bytes::from_static(match status {
        Status::Ok | Status::Degraded => br#"{"status":"UP"}"#,
        Status::Error => br#"{"status":"DOWN"}"#,
    })
}

pub(super) fn v3(report: &Report, asked: &Asked<'_>) -> Bytes {
    let root = Root { components: components(report), ..Root::from(report) };
    written(&root, || terse(report.status(), asked))
}

pub(super) fn v2(report: &Report, asked: &Asked<'_>) -> Bytes {
    let root = Root { details: components(report), ..Root::from(report) };
    written(&root, || terse(report.status(), asked))
}

/// The components are in the one or the other.
#[derive(Serialize)]
struct Root<'a> {
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    groups: BTreeSet<&'static str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    components: BTreeMap<&'a str, Component<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<&'a str, Component<'a>>,
}

#[derive(Serialize)]
struct Component<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    details: BTreeMap<String, Value>,
}

impl From<&Report> for Root<'_> {
    fn from(report: &Report) -> Self {
        let all = report.kinds == Kinds::NONE;
        let kinds = report.entries.iter().filter(|_| all).flat_map(|reported| reported.entry.kinds());
        Self {
            groups: kinds.map(Kind::as_str).collect(),
            status: overall(report),
            description: summary(report),
            components: BTreeMap::new(),
            details: BTreeMap::new(),
        }
    }
}

fn components(report: &Report) -> BTreeMap<&str, Component<'_>> {
    report.entries.iter().map(|reported| (reported.entry.name(), Component::from(reported))).collect()
}

impl<'a> From<&'a Reported> for Component<'a> {
    fn from(reported: &'a Reported) -> Self {
        Self { status: word(reported), description: reported.entry.description(), details: facts(reported) }
    }
}

/// As the status code says it: Spring has 503 for `DOWN` and `OUT_OF_SERVICE`, and 200 for all else.
fn overall(report: &Report) -> &'static str {
    let mut words = report.entries.iter().map(word);
    match report.status() {
        Status::Ok | Status::Degraded => UP,
        Status::Error if words.any(|word| word == DOWN) => DOWN,
        Status::Error => OUT_OF_SERVICE,
    }
}

/// Spring knows no degraded: the details tell of it.
fn word(reported: &Reported) -> &'static str {
    let entry = &*reported.entry;
    let planned = PLANNED.contains(&entry.name()) || entry.name().starts_with("startup/");
    let never_ran = entry.is_pending() && entry.checked_at().is_none();
    match reported.status {
        Status::Error if planned || never_ran => OUT_OF_SERVICE,
        Status::Error => DOWN,
        Status::Ok | Status::Degraded if never_ran => UNKNOWN,
        Status::Ok | Status::Degraded => UP,
    }
}
