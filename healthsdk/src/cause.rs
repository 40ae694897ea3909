use std::fmt;

use serde_json::Value;

/// Why a check failed, as far as it could tell: what the person on call wants to know first.
///
/// It stands before the message of an outcome, and in its data as `cause`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Nothing listens there, or something on the way said no.
    Refused,
    /// The name of the host has no address.
    Unresolved,
    /// No answer came in time.
    TimedOut,
    /// The connection ended before the answer was complete.
    Disconnected,
    /// The credentials were not accepted, or do not allow what was asked.
    Unauthenticated,
    /// It answered that it cannot serve now: it is starting, stopping, or overloaded.
    Unavailable,
    /// All connections of this process are in use. It says nothing about the other side.
    Exhausted,
    /// It answered, but not what such a server answers.
    WrongAnswer,
}

impl Cause {
    /// Its key in the data of an outcome.
    pub(crate) const KEY: &'static str = "cause";
    const ALL: [Self; 8] = [
        Self::Refused,
        Self::Unresolved,
        Self::TimedOut,
        Self::Disconnected,
        Self::Unauthenticated,
        Self::Unavailable,
        Self::Exhausted,
        Self::WrongAnswer,
    ];

    /// The word used in data and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unresolved => "unresolved",
            Self::TimedOut => "timed_out",
            Self::Disconnected => "disconnected",
            Self::Unauthenticated => "unauthenticated",
            Self::Unavailable => "unavailable",
            Self::Exhausted => "exhausted",
            Self::WrongAnswer => "wrong_answer",
        }
    }

    /// The cause of this word.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "timed out",
            Self::WrongAnswer => "wrong answer",
            other => other.as_str(),
        })
    }
}

impl From<Cause> for Value {
    fn from(cause: Cause) -> Self {
        cause.as_str().into()
    }
}
