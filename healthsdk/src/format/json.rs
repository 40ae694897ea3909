use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Asked,
    overridden::Overridden,
    values::{Time, milliseconds, written},
};
use crate::{Report, Status, report::Reported};

/// The body that tells strangers nothing but the status.
pub(super) fn terse(status: Status, _: &Asked<'_>) -> Bytes {
    Bytes::from_static(match status {
        Status::Ok => br#"{"status":"ok"}"#,
        Status::Degraded => br#"{"status":"degraded"}"#,
        Status::Error => br#"{"status":"error"}"#,
    })
}

/// The body for authorised callers, as `schema/report.schema.json` describes it.
pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    written(&Body::from(report), || terse(report.status(), asked))
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    status: &'static str,
    lifecycle: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Time>,
    checks: BTreeMap<&'a str, Check<'a>>,
}

impl<'a> From<&'a Report> for Body<'a> {
    fn from(report: &'a Report) -> Self {
        let about = report.about.as_deref();
        let build = about.map(|about| &about.build);
        Self {
            status: report.status().as_str(),
            lifecycle: report.lifecycle().as_str(),
            service: build.and_then(|build| build.service.as_deref()),
            version: build.and_then(|build| build.version.as_deref()),
            commit: build.and_then(|build| build.commit.as_deref()),
            started_at: about.map(|about| Time(about.started_at)),
            checks: report
                .entries
                .iter()
                .map(|reported| (reported.entry.name(), Check::from(reported)))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct Check<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pending: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<Time>,
    since: Time,
    failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    running_since: Option<Time>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    data: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    overridden: Option<Overridden<'a>>,
}

impl<'a> From<&'a Reported> for Check<'a> {
    fn from(reported: &'a Reported) -> Self {
        let entry = &*reported.entry;
        Self {
            status: reported.status.as_str(),
            pending: entry.is_pending(),
            message: entry.message(),
            description: entry.description(),
            component: entry.component().map(crate::Component::as_str),
            kinds: entry.kinds().map(crate::Kind::as_str).collect(),
            duration_ms: entry.duration().map(milliseconds),
            checked_at: entry.checked_at().map(Time),
            since: Time(entry.since()),
            failures: entry.failures(),
            running_since: entry.running_since().map(Time),
            data: entry.data(),
            tags: entry.tags().collect(),
            overridden: entry.overridden().map(Overridden::from),
        }
    }
}
