use async_nats::{ClientError, ConnectErrorKind, Event};

use crate::Cause;

/// What the events of a client said since it connected.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) lame_duck: bool,
    /// Why the last attempt to connect failed.
    pub(super) reason: Option<(Option<Cause>, String)>,
    /// The last that the server said which is no answer.
    pub(super) said: Option<String>,
}

impl Heard {
    /// What was said of this subject is of the past: it is asked anew.
    pub(super) fn forget(&mut self, subject: &str) {
        self.said.take_if(|said| said.contains(subject));
    }

    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Connected => *self = Self::default(),
            Event::LameDuckMode => self.lame_duck = true,
            Event::ServerError(error) => self.said = Some(error.to_string()),
            Event::ClientError(error) => self.reason = Some((cause(error), error.to_string())),
            _ => {}
        }
    }
}

/// By the words that the client has for each kind of error: it tells no more.
fn cause(error: &ClientError) -> Option<Cause> {
    use ConnectErrorKind as Kind;
    let ClientError::Other(said) = error else { return None };
    let known = [
        (Kind::AuthorizationViolation, Cause::Unauthenticated),
        (Kind::Authentication, Cause::Unauthenticated),
        (Kind::Dns, Cause::Unresolved),
        (Kind::TimedOut, Cause::TimedOut),
    ];
    known.into_iter().find(|(kind, _)| kind.to_string() == *said).map(|(_, cause)| cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: &[Event]) -> (bool, Option<Cause>) {
        let mut heard = Heard::default();
        for event in events {
            heard.note(event);
        }
        (heard.lame_duck, heard.reason.and_then(|(cause, _)| cause))
    }

    #[test]
    fn a_lame_duck_is_forgotten_on_the_next_connection() {
        assert_eq!(after(&[Event::LameDuckMode]), (true, None));
        assert_eq!(after(&[Event::LameDuckMode, Event::Disconnected, Event::Connected]), (false, None));
    }

    #[test]
    fn the_reason_of_a_failed_connect_is_told_apart() {
        for (kind, cause) in [
            (ConnectErrorKind::AuthorizationViolation, Some(Cause::Unauthenticated)),
            (ConnectErrorKind::Dns, Some(Cause::Unresolved)),
            (ConnectErrorKind::TimedOut, Some(Cause::TimedOut)),
            (ConnectErrorKind::Io, None),
        ] {
            let failed = Event::ClientError(ClientError::Other(kind.to_string()));
            assert_eq!(after(&[Event::Disconnected, failed]), (false, cause), "{kind}");
        }
    }
}
