//! Problem details (RFC 9457), with the report as an extension.

use bytes::Bytes;
use serde::Serialize;

use super::{
    Asked, json,
    values::{summary, written},
};
use crate::{Report, Status};

pub(super) const MEDIA: &str = "application/problem+json";

pub(super) fn terse(status: Status, asked: &Asked<'_>) -> Bytes {
    let detail = format!("{} check failed", asked.endpoint);
    written(&Problem::new(asked, &detail, None), || json::terse(status, asked))
}

pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    let detail = summary(report).unwrap_or_default();
    let health = Some(json::Body::from(report));
    written(&Problem::new(asked, &detail, health), || terse(report.status(), asked))
}

/// Without a type of its own, so that the title is the phrase of the status code.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    of: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<json::Body<'a>>,
}

impl<'a> Problem<'a> {
    fn new(asked: &Asked<'_>, detail: &'a str, health: Option<json::Body<'a>>) -> Self {
        let title = (asked.phrase)(asked.code);
        Self { of: "about:blank", title, status: asked.code, detail, health }
    }
}
