use std::time::Instant;

use healthsdk_tests::http::Answer;
use serde_json::Value;

use crate::told::{Caller, is_telling, leaks};

/// What a well-behaved client saw.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) caller: Caller,
    pub(crate) sent: Instant,
    pub(crate) received: Instant,
    pub(crate) got: Result<Got, String>,
}

#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) code: u16,
    /// The status of each check that was told.
    pub(crate) checks: Vec<(String, String)>,
    /// What it told that it must not.
    pub(crate) leaks: Vec<String>,
    /// Whether it might have.
    pub(crate) telling: bool,
}

impl Got {
    /// `detailed`: in the library's own JSON.
    pub(crate) fn of(
        answer: &Answer,
        caller: Caller,
        detailed: bool,
        names: &[&str],
    ) -> Result<Self, String> {
        let checks = if detailed { checks(&answer.body)? } else { Vec::new() };
        let (leaks, telling) = (leaks(answer, caller, names), is_telling(answer, caller));
        Ok(Self { code: answer.status, checks, leaks, telling })
    }
}

fn checks(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let checks = body["checks"].as_object().ok_or("no checks in the body")?;
    let status = |(name, check): (&String, &Value)| {
        (name.clone(), check["status"].as_str().unwrap_or_default().to_owned())
    };
    Ok(checks.iter().map(status).collect())
}
