use std::{error::Error, fmt::Display, io};

use crate::{Cause, Outcome};

/// Why a look at a dependency failed, in the words of its client.
#[derive(Debug)]
pub(super) struct Failure {
    cause: Option<Cause>,
    message: String,
}

impl Failure {
    pub(super) fn new(cause: Cause, message: impl Display) -> Self {
        Self { cause: Some(cause), message: message.to_string() }
    }

    /// One that is no fault of what is looked at.
    pub(super) fn plain(message: impl Display) -> Self {
        Self { cause: None, message: message.to_string() }
    }

    /// An error whose cause, unless `known`, shows in the errors below it.
    pub(super) fn of(known: Option<Cause>, error: &(dyn Error + 'static)) -> Self {
        Self { cause: known.or_else(|| below(error)), message: chain(error) }
    }
}

impl From<Failure> for Outcome {
    fn from(Failure { cause, message }: Failure) -> Self {
        match cause {
            Some(Cause::Exhausted) => Outcome::degraded(format_args!("{}: {message}", Cause::Exhausted))
                .because(Cause::Exhausted)
                .inconclusive(),
            Some(cause) => Outcome::error(format_args!("{cause}: {message}")).because(cause),
            None => Outcome::error(message),
        }
    }
}

/// The cause that an operating system's error tells.
pub(super) fn cause_of(error: &io::Error) -> Option<Cause> {
    use io::ErrorKind as Kind;
    Some(match error.kind() {
        Kind::ConnectionRefused
        | Kind::HostUnreachable
        | Kind::NetworkUnreachable
        | Kind::NetworkDown
        // Of a socket in `/run`, which is there while its server runs.
        | Kind::NotFound => Cause::Refused,
        Kind::TimedOut | Kind::WouldBlock => Cause::TimedOut,
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::NotConnected
        | Kind::UnexpectedEof => Cause::Disconnected,
        Kind::PermissionDenied => Cause::Unauthenticated,
        Kind::InvalidData => Cause::WrongAnswer,
        _ => return error.get_ref().and_then(|inner| below(inner)),
    })
}

/// The cause that a text tells into which a client has put an operating system's error, as `(os error 111)`.
pub(super) fn cause_in(text: &str) -> Option<Cause> {
    text.split("(os error ").skip(1).find_map(|rest| {
        let code = rest.split_once(')')?.0.parse().ok()?;
        cause_of(&io::Error::from_raw_os_error(code))
    })
}

/// The first cause among the errors below this one.
fn below(error: &(dyn Error + 'static)) -> Option<Cause> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(cause) = error.downcast_ref::<io::Error>().and_then(cause_of) {
            return Some(cause);
        }
        next = error.source();
    }
    None
}

/// The error and those below it, without what is said twice.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[derive(Debug)]
    struct Outer(io::Error);
    impl Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("cannot connect")
        }
    }
    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_cause_is_found_below_and_stands_before_the_chain() {
        let error = Outer(io::Error::from(io::ErrorKind::ConnectionRefused));
        let outcome = Outcome::from(Failure::of(None, &error));
        assert_eq!((outcome.status(), outcome.cause()), (Status::Error, Some(Cause::Refused)));
        assert_eq!(outcome.message(), Some("refused: cannot connect: connection refused"));
    }

    #[test]
    fn an_error_without_a_known_cause_keeps_its_words() {
        let outcome = Outcome::from(Failure::of(None, &Outer(io::Error::other("odd"))));
        assert_eq!((outcome.cause(), outcome.message()), (None, Some("cannot connect: odd")));
    }

    #[test]
    fn the_code_of_the_operating_system_is_found_in_a_text() {
        let refused = io::Error::from_raw_os_error(111);
        assert_eq!(cause_in(&format!("(os error x) timed out: {refused}, again")), cause_of(&refused));
        assert_eq!(cause_in("timed out (os error"), None);
    }

    #[test]
    fn an_exhausted_pool_is_degraded() {
        let outcome = Outcome::from(Failure::new(Cause::Exhausted, "all 5 connections are in use"));
        assert_eq!((outcome.status(), outcome.cause()), (Status::Degraded, Some(Cause::Exhausted)));
    }
}
