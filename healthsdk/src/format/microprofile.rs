//! As MicroProfile Health has it.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::{
    Asked,
    values::{facts, written},
};
use crate::{Report, Status, report::Reported};

pub(super) fn terse(status: Status, _: &Asked<'_>) -> Bytes {
    Bytes::from_static(match status {
        Status::Ok | Status::Degraded => br#"{"status":"UP","checks":[]}"#,
        Status::Error => br#"{"status":"DOWN","checks":[]}"#,
    })
}

pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    let body =
        Body { status: word(report.status()), checks: report.entries.iter().map(Check::from).collect() };
    written(&body, || terse(report.status(), asked))
}

#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    checks: Vec<Check<'a>>,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    status: &'static str,
    data: BTreeMap<String, Value>,
}

impl<'a> From<&'a Reported> for Check<'a> {
    fn from(reported: &'a Reported) -> Self {
        let entry = &*reported.entry;
        let described = entry.description().map(|text| ("description".to_owned(), text.into()));
        let data = described.into_iter().chain(facts(reported)).map(|(key, value)| (key, flat(value)));
        Self { name: entry.name(), status: word(reported.status), data: data.collect() }
    }
}

/// Nothing but strings, numbers and booleans is legal: all else is told as the JSON it is.
fn flat(value: Value) -> Value {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => value,
        Value::Null | Value::Array(_) | Value::Object(_) => value.to_string().into(),
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok | Status::Degraded => "UP",
        Status::Error => "DOWN",
    }
}
