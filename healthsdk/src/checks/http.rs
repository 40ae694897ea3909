//! What is asked of an HTTP service and what is expected of its answer, whichever client asks: [`reqwest`](super::reqwest)
//! or [`awc`](super::awc).
//!
//! ```
//! use healthsdk::checks::http::Request;
//!
//! let request = Request::get("http://stock.internal/ping").status([200, 204]).contains("pong");
//! ```

use std::ops::RangeInclusive;

use bytes::Bytes;
use serde::Deserialize;

use super::failure::Failure;
use crate::{Cause, Outcome, run::Hops};

/// What is read of a body, and so what it may have to be read to its end. A connection on which more comes is not used again.
pub(super) const LIMIT: usize = 256 * 1024;

const SUCCESS: RangeInclusive<u16> = 200..=299;

/// A `GET` or `HEAD` of a URL, and what is expected: by default a status of 200 to 299.
///
/// Headers, such as those with credentials, are those that the client adds to every request. What a URL has of a password
/// or a query is in no message.
#[derive(Clone)]
pub struct Request {
    pub(super) head: bool,
    pub(super) url: String,
    expected: Expected,
}

#[derive(Clone, Debug)]
enum Expected {
    Answer {
        status: Vec<u16>,
        contains: String,
    },
    /// What healthsdk answers in another service.
    Health,
}

/// What came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// `None` where it is longer than the limit.
    pub(super) body: Option<Bytes>,
}

impl Request {
    /// Asks for the body, and reads up to 256 KiB of it.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(false, url.into())
    }

    /// Asks for everything but the body.
    pub fn head(url: impl Into<String>) -> Self {
        Self::new(true, url.into())
    }

    /// Only these: `.status([200, 404])`, or `.status(200..=399)`.
    #[must_use]
    pub fn status(mut self, expected: impl IntoIterator<Item = u16>) -> Self {
        if let Expected::Answer { status, .. } = &mut self.expected {
            *status = expected.into_iter().collect();
        }
        self
    }

    /// The body has to contain this. Not for [`head`](Self::head), whose answer has none.
    #[must_use]
    pub fn contains(mut self, expected: impl Into<String>) -> Self {
        if let Expected::Answer { contains, .. } = &mut self.expected {
            *contains = expected.into();
        }
        self
    }

    /// Asks how another service is.
    pub(super) fn health(url: &str) -> Self {
        Self { head: false, url: url.to_owned(), expected: Expected::Health }
    }

    fn new(head: bool, url: String) -> Self {
        Self { head, url, expected: Expected::Answer { status: SUCCESS.collect(), contains: String::new() } }
    }

    /// What it says besides. To be called in the run.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        match self.expected {
            Expected::Answer { .. } => Vec::new(),
            Expected::Health => {
                vec![("accept", "application/json".to_owned()), (Hops::HEADER, Hops::onward())]
            }
        }
    }

    pub(super) fn judge(&self, answer: &Answer) -> Outcome {
        let judged = match &self.expected {
            Expected::Answer { status, contains } => expected(answer, status, contains),
            Expected::Health => health(answer),
        };
        judged.unwrap_or_else(Outcome::from).with("status", answer.status)
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("head", &self.head)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

fn expected(answer: &Answer, status: &[u16], contains: &str) -> Result<Outcome, Failure> {
    if !status.contains(&answer.status) {
        return Err(unexpected(answer.status));
    }
    let body = match &answer.body {
        _ if contains.is_empty() => return Ok(Outcome::ok()),
        Some(body) => body,
        None => return Err(too_long()),
    };
    if body.windows(contains.len()).any(|part| part == contains.as_bytes()) {
        return Ok(Outcome::ok());
    }
    Err(Failure::new(Cause::WrongAnswer, format_args!("{contains:?} is not in the body")))
}

fn health(answer: &Answer) -> Result<Outcome, Failure> {
    #[derive(Deserialize)]
    struct Body {
        status: String,
    }

    let success = SUCCESS.contains(&answer.status);
    let failure = (400..=599).contains(&answer.status);
    let Some(body) = &answer.body else {
        return Err(if success { too_long() } else { unexpected(answer.status) });
    };
    let said = serde_json::from_slice::<Body>(body).map(|body| body.status).unwrap_or_default();
    match &*said {
        "ok" if success => Ok(Outcome::ok()),
        "degraded" if success || failure => Ok(Outcome::degraded("it says that it is degraded")),
        "error" if failure => Err(Failure::new(Cause::Unavailable, "it says that it is not ready")),
        _ if success => Err(Failure::new(Cause::WrongAnswer, "not the answer of a health endpoint")),
        _ => Err(unexpected(answer.status)),
    }
}

fn unexpected(status: u16) -> Failure {
    let cause = match status {
        401 | 403 | 407 => Cause::Unauthenticated,
        408 | 429 | 500..=599 => Cause::Unavailable,
        _ => Cause::WrongAnswer,
    };
    let hint = if (300..=399).contains(&status) { ", and redirects are not followed" } else { "" };
    Failure::new(cause, format_args!("status {status}{hint}"))
}

pub(super) fn redirected() -> Failure {
    Failure::new(Cause::WrongAnswer, "a redirect to another URL, which the client followed")
}

fn too_long() -> Failure {
    Failure::new(Cause::WrongAnswer, format_args!("a body longer than {} KiB", LIMIT / 1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer { status, body: Some(Bytes::from_static(body.as_bytes())) }
    }

    fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
        (outcome.status(), outcome.cause())
    }

    #[test]
    fn a_status_that_is_not_expected_tells_its_cause() {
        let get = Request::get("http://localhost/");
        for (status, cause) in [
            (302, Cause::WrongAnswer),
            (401, Cause::Unauthenticated),
            (404, Cause::WrongAnswer),
            (429, Cause::Unavailable),
            (503, Cause::Unavailable),
        ] {
            assert_eq!(said(&get.judge(&answer(status, ""))), (Status::Error, Some(cause)), "{status}");
        }
        assert_eq!(said(&get.judge(&answer(204, ""))), (Status::Ok, None));
        let narrow = get.status([404]);
        assert_eq!(narrow.judge(&answer(404, "")).status(), Status::Ok);
        assert_eq!(narrow.judge(&answer(200, "")).cause(), Some(Cause::WrongAnswer));
    }

    #[test]
    fn a_body_has_to_contain_what_is_expected_and_to_be_short() {
        let get = Request::get("http://localhost/").contains("pong");
        assert_eq!(get.judge(&answer(200, "a pong b")).status(), Status::Ok);
        assert_eq!(
            get.judge(&answer(200, "pon")).message(),
            Some("wrong answer: \"pong\" is not in the body")
        );
        let long = get.judge(&Answer { status: 200, body: None });
        assert_eq!(long.message(), Some("wrong answer: a body longer than 256 KiB"));
    }

    #[test]
    fn another_service_is_what_it_says_where_its_status_code_agrees() {
        let health = Request::health("http://billing/readyz");
        let wrong = (Status::Error, Some(Cause::WrongAnswer));
        let unavailable = (Status::Error, Some(Cause::Unavailable));
        for (status, body, expected) in [
            (200, r#"{"status":"ok","checks":{}}"#, (Status::Ok, None)),
            (200, r#"{"status":"degraded"}"#, (Status::Degraded, None)),
            (429, r#"{"status":"degraded"}"#, (Status::Degraded, None)),
            (503, r#"{"status":"error"}"#, unavailable),
            (500, r#"{"status":"error"}"#, unavailable),
            (200, r#"{"status":"error"}"#, wrong),
            (200, r#"{"status":"UP"}"#, wrong),
            (200, "ok", wrong),
            (302, r#"{"status":"ok"}"#, wrong),
            (404, "", wrong),
            (503, r#"{"status":"ok"}"#, unavailable),
            (503, "<html>", unavailable),
            (401, "", (Status::Error, Some(Cause::Unauthenticated))),
        ] {
            assert_eq!(said(&health.judge(&answer(status, body))), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_url_with_a_password_is_not_told() {
        let request = Request::get("http://user:secret@localhost/?token=secret");
        assert!(!format!("{request:?}").contains("secret"));
    }
}
