use std::fmt;
use std::time::Instant;

use healthsdk_tests::http::Answer;
use serde_json::Value;

use crate::told::{Caller, is_telling, leaks};

/// The code of actix for a head that did not come in time.
pub(crate) const UNREAD: u16 = 408;

/// What a well-behaved client saw.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) caller: Caller,
    pub(crate) sent: Instant,
    pub(crate) received: Instant,
    pub(crate) got: Result<Got, Missed>,
}

/// Why there is no answer of the service.
#[derive(Debug)]
pub(crate) enum Missed {
    /// actix gave up on a request that it had not read.
    Unread,
    Other(String),
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
    ) -> Result<Self, Missed> {
        if answer.status == UNREAD {
            return Err(Missed::Unread);
        }
        let checks = if detailed { checks(answer)? } else { Vec::new() };
        let (leaks, telling) = (leaks(answer, caller, names), is_telling(answer, caller));
        Ok(Self { code: answer.status, checks, leaks, telling })
    }
}

fn checks(answer: &Answer) -> Result<Vec<(String, String)>, Missed> {
    let missed = |what: &dyn fmt::Display| Missed::Other(format!("{} with {what}", answer.status));
    let body: Value =
        serde_json::from_slice(&answer.body).map_err(|error| missed(&format!("no JSON: {error}")))?;
    let checks = body["checks"].as_object().ok_or_else(|| missed(&"no checks in the body"))?;
    let status = |(name, check): (&String, &Value)| {
        (name.clone(), check["status"].as_str().unwrap_or_default().to_owned())
    };
    Ok(checks.iter().map(status).collect())
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread => write!(f, "{UNREAD}"),
            Self::Other(error) => f.write_str(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn got(status: u16, body: &str) -> Result<Got, Missed> {
        let answer = Answer { status, headers: Vec::new(), body: body.into(), took: Duration::ZERO };
        Got::of(&answer, Caller::Friend, true, &[])
    }

    #[test]
    fn what_actix_says_of_a_head_that_it_did_not_read_is_no_answer_of_the_service() {
        assert!(matches!(got(408, ""), Err(Missed::Unread)));
        assert!(matches!(got(503, ""), Err(Missed::Other(_))));
        let told = got(200, r#"{"checks": {"redis": {"status": "ok"}}}"#).expect("it is an answer");
        assert_eq!(told.checks, [("redis".to_owned(), "ok".to_owned())]);
    }
}
