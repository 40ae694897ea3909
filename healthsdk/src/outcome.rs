use std::fmt::{self, Display, Write};

use serde_json::{Map, Value};

use crate::{Cause, Status, redact::Redactor, text};

/// Bytes of a message that are kept; what is beyond is cut and marked with `…`.
pub(crate) const MESSAGE_LIMIT: usize = 1024;
/// Characters of the names of gates and holds that are kept.
const LABEL_LIMIT: usize = 64;
/// Bytes that the data of one outcome may take as JSON; entries beyond are left out.
pub(crate) const DATA_LIMIT: usize = 4096;

/// What one run of a check says.
///
/// ```
/// use healthsdk::{Outcome, Status};
///
/// let outcome = Outcome::degraded("pool is nearly full").with("connections", 19).with("limit", 20);
/// assert_eq!(outcome.status(), Status::Degraded);
/// assert_eq!(outcome.message(), Some("pool is nearly full"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    status: Status,
    message: Option<String>,
    data: Map<String, Value>,
    inconclusive: bool,
}

impl Outcome {
    /// The check passed.
    pub fn ok() -> Self {
        Self::default()
    }

    /// The check passed, with something a person should look at.
    pub fn degraded(message: impl Display) -> Self {
        Self::with_message(Status::Degraded, &message)
    }

    /// The check passed, with something that people shall know.
    pub(crate) fn noted(message: impl Display) -> Self {
        Self::with_message(Status::Ok, &message)
    }

    /// The check failed.
    pub fn error(message: impl Display) -> Self {
        Self::with_message(Status::Error, &message)
    }

    /// Adds a value for authorised callers: a pool size, a version, a lag.
    ///
    /// All data of one outcome may take 4 KiB as JSON; a value that does not fit is left out, and `truncated: true` stands
    /// in its place.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let (key, value) = (key.into(), value.into());
        if data_size(&self.data) + key.len() + value_size(&value) <= DATA_LIMIT {
            self.data.insert(key, value);
        } else {
            self.data.insert("truncated".to_owned(), Value::Bool(true));
        }
        self
    }

    /// Says why the check failed: adds the cause to the data, as `cause`.
    ///
    /// ```
    /// use healthsdk::{Cause, Outcome};
    ///
    /// let outcome = Outcome::error("connection refused").because(Cause::Refused);
    /// assert_eq!(outcome.cause(), Some(Cause::Refused));
    /// ```
    #[must_use]
    pub fn because(mut self, cause: Cause) -> Self {
        self.data.insert(Cause::KEY.to_owned(), cause.into());
        self
    }

    /// Why the check failed, where it said so with [`because`](Self::because), as the ready-made checks do.
    pub fn cause(&self) -> Option<Cause> {
        self.data.get(Cause::KEY).and_then(Value::as_str).and_then(Cause::from_word)
    }

    /// The severity.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The reason, at most 1 KiB; `None` where all is well.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The values added by [`with`](Self::with).
    pub fn data(&self) -> &Map<String, Value> {
        &self.data
    }

    /// It tells nothing of what the check looks at: it neither mends a check that failed, nor lets one pass that never did.
    pub(crate) fn inconclusive(self) -> Self {
        Self { inconclusive: true, ..self }
    }

    pub(crate) fn is_inconclusive(&self) -> bool {
        self.inconclusive
    }

    /// Without secrets, as it is kept.
    pub(crate) fn redacted(self, redactor: &Redactor) -> Self {
        let message = self.message.map(|message| redactor.message(message));
        Self { message, data: redactor.data(self.data), ..self }
    }

    pub(crate) fn into_parts(self) -> (Status, Option<String>, Map<String, Value>) {
        (self.status, self.message, self.data)
    }

    fn with_message(status: Status, message: &dyn Display) -> Self {
        Self { status, message: Some(bounded(message)), ..Self::default() }
    }
}

/// What a check function may return.
///
/// `()` and `Ok(())` are a pass, `Err(e)` a failure with `e` as the message (in its alternate form `{e:#}`, which for
/// `anyhow::Error` tells the whole chain), and an [`Outcome`] speaks for itself.
#[diagnostic::on_unimplemented(
    message = "a health check cannot return `{Self}`",
    label = "returns `{Self}`",
    note = "return `()`, `Result<(), E>` where `E: Display`, `Outcome` or `Result<Outcome, E>`",
    note = "a value that is not needed is dropped with `.map(drop)`"
)]
pub trait IntoOutcome {
    /// Makes the outcome. Runs where the check ran, never on a thread that answers.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::ok()
    }
}

impl<E: Display> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> Outcome {
        self.map_or_else(Outcome::error, IntoOutcome::into_outcome)
    }
}

impl<E: Display> IntoOutcome for Result<Outcome, E> {
    fn into_outcome(self) -> Outcome {
        self.unwrap_or_else(Outcome::error)
    }
}

/// Formats at most [`MESSAGE_LIMIT`] bytes, so that a huge message costs no more than a small one.
pub(crate) fn bounded(message: &dyn Display) -> String {
    let mut kept = Bounded { text: String::new(), cut: false };
    if write!(kept, "{message:#}").is_err() && !kept.cut {
        kept.text.push_str("(the message could not be formatted)");
    }
    kept.text
}

/// A text at its limit; one that was cut there before stays as it is.
pub(crate) fn cut(text: String) -> String {
    let is_cut = text.ends_with('…') && text.len() <= MESSAGE_LIMIT + '…'.len_utf8();
    if text.len() <= MESSAGE_LIMIT || is_cut { text } else { bounded(&text) }
}

/// A name for logs and reports: on one line, and not long.
pub(crate) fn label(name: &str) -> String {
    name.chars().take(LABEL_LIMIT).map(|c| if text::is_active(c) { ' ' } else { c }).collect()
}

struct Bounded {
    text: String,
    cut: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.cut {
            return Err(fmt::Error);
        }
        let room = MESSAGE_LIMIT - self.text.len();
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.text.push_str(&text[..end]);
        self.text.push('…');
        self.cut = true;
        Err(fmt::Error)
    }
}

fn data_size(data: &Map<String, Value>) -> usize {
    data.iter().map(|(key, value)| key.len() + value_size(value)).sum()
}

/// About the bytes that the value takes as JSON.
fn value_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() + 4,
        Value::Array(items) => 4 + items.iter().map(value_size).sum::<usize>(),
        Value::Object(map) => 4 + data_size(map),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_message_is_cut_at_a_character() {
        let outcome = Outcome::error("é".repeat(10 << 20));
        let message = outcome.message().expect("an error has a message");
        assert!(message.len() <= MESSAGE_LIMIT + '…'.len_utf8());
        assert!(message.ends_with("é…"));
    }

    #[test]
    fn data_beyond_the_limit_is_left_out_and_said_so() {
        let outcome = Outcome::ok().with("small", 3).with("big", "x".repeat(10 << 20));
        assert_eq!(serde_json::to_string(outcome.data()).unwrap(), r#"{"small":3,"truncated":true}"#);
    }

    #[test]
    fn an_error_tells_its_chain_in_the_alternate_form() {
        struct Chain;
        impl Display for Chain {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(if f.alternate() { "outer: inner" } else { "outer" })
            }
        }
        assert_eq!(Err::<(), _>(Chain).into_outcome().message(), Some("outer: inner"));
    }
}
