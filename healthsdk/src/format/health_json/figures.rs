//! What a run measured besides its time, where the draft has a word for it.

use serde_json::{Map, Value};

use super::{Reading, component_type, time};
use crate::Entry;

/// Figures of pools and of whatever has a limit, each with its measurement.
pub(super) fn of(entry: &Entry) -> impl Iterator<Item = (&'static str, Reading<'_>)> {
    let data = entry.data();
    let connections = data.get("connections").filter(|value| value.is_number()).cloned();
    let connections = connections.map(|value| ("connections", reading(entry, "", value, "connections")));
    let pool = in_use(data).map(|percent| ("utilization", reading(entry, "", percent.into(), "percent")));
    let others = data.iter().filter_map(|(key, value)| {
        let what = key.strip_suffix("percent").filter(|what| what.is_empty() || what.ends_with('_'))?;
        let percent = Some(value).filter(|value| value.is_number())?.clone();
        Some(("utilization", reading(entry, what.trim_end_matches('_'), percent, "percent")))
    });
    connections.into_iter().chain(pool).chain(others)
}

/// Per cent of a pool's connections, to a tenth.
fn in_use(data: &Map<String, Value>) -> Option<f64> {
    let figure = |key| data.get(key).and_then(Value::as_f64);
    let (connections, idle, limit) = (figure("connections")?, figure("idle")?, figure("limit")?);
    (limit > 0.0).then(|| ((connections - idle) / limit * 1000.0).round() / 10.0)
}

fn reading<'a>(entry: &'a Entry, what: &str, value: Value, unit: &'static str) -> Reading<'a> {
    let name = entry.name();
    Reading {
        component_id: if what.is_empty() { name.into() } else { format!("{name}/{what}").into() },
        component_type: component_type(entry),
        observed_value: Some(value),
        observed_unit: Some(unit),
        status: None,
        time: time(entry),
        output: None,
        known: None,
    }
}
