//! What settings made of a check, as several forms write it.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;
use serde_json::{Map, Value};

use super::values::Time;
use crate::{Entry, Override};

/// What it is called where it stands among values that a run added.
pub(super) const KEY: &str = "override";

#[derive(Serialize)]
pub(crate) struct Overridden<'a> {
    options: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    source: &'a str,
}

impl<'a> From<&'a Override> for Overridden<'a> {
    fn from(overridden: &'a Override) -> Self {
        Self {
            options: overridden.options().collect(),
            until: overridden.until().map(Time),
            reason: overridden.reason(),
            source: overridden.source(),
        }
    }
}

/// As a value.
pub(super) fn value(entry: &Entry) -> Option<Value> {
    serde_json::to_value(Overridden::from(entry.overridden()?)).ok()
}

/// The values that the last run added, and the override with them.
pub(super) fn with_data(entry: &Entry) -> Cow<'_, Map<String, Value>> {
    let Some(value) = value(entry) else { return Cow::Borrowed(entry.data()) };
    let mut data = entry.data().clone();
    if let Some(own) = data.insert(KEY.to_owned(), value) {
        data.insert(format!("data.{KEY}"), own);
    }
    Cow::Owned(data)
}
