//! NATS through [`async_nats`](https://docs.rs/async_nats).
//!
//! - **Proves**: the server passes a message on. The client subscribes to an inbox of its own, sends an empty message
//!   there, and gets it back. A client with `no_echo` gets the server's word that nobody else listens there.
//!   [`jetstream`]: JetStream answers for the account of the connection.
//! - **Does not prove**: that anybody serves a subject, that the account may use it, or that a stream takes messages.
//! - **Kind**: readiness.
//! - **Timeout**: the default, with the default interval.
//! - **Permission**: to publish and to subscribe to `_INBOX.>`, or to the client's own prefix. [`jetstream`]: to subscribe
//!   there, and to publish to `$JS.API.INFO`. What is not allowed gets no answer: the check times out, and the reason is
//!   in the events of the client.
//! - **Cost**: one round trip. `SUB`, `PUB` and later `UNSUB`, some 150 bytes, because the requests that share one
//!   subscription keep memory for each that is never answered.
//!
//! The client connects again by itself, and asks nothing of the server meanwhile: neither does the check, which then says
//! [`Cause::Disconnected`]. Why it cannot connect, and that the server is in lame duck mode, it tells in its events
//! alone: [`Events`] takes them in.

mod heard;

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering::Relaxed},
};

use ::async_nats::{Client, Event, Message, Request, RequestError, RequestErrorKind, connection::State};
use serde_json::Value;

use self::heard::Heard;
use super::{
    failure::Failure,
    meanwhile::{connected, unless},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// Sends a message to an inbox of its own, and awaits it.
///
/// Data: `latency_ms`, `version`, and `reconnects` of the client so far.
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(kind = "readiness", scope = "shared")]
/// async fn nats(client: web::Data<async_nats::Client>) -> Outcome {
///     checks::async_nats::ping(client.get_ref()).await
/// }
/// ```
pub async fn ping(client: &Client) -> Outcome {
    Events::default().ping(client).await
}

/// Asks JetStream for what the account uses, in its domain if it has one.
///
/// Data: that of [`ping`], and `streams`, `consumers`, `memory` and `storage` (bytes).
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(kind = "readiness", scope = "shared")]
/// async fn jetstream(client: web::Data<async_nats::Client>) -> Outcome {
///     checks::async_nats::jetstream(client.get_ref(), None).await
/// }
/// ```
pub async fn jetstream(client: &Client, domain: Option<&str>) -> Outcome {
    Events::default().jetstream(client, domain).await
}

/// A check that [`ping`]s, of component [`Component`](Component::Component).
///
/// ```no_run
/// # use healthsdk::{Monitor, Scope, checks};
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("127.0.0.1").await?;
/// let nats = checks::async_nats::of("nats", client).scope(Scope::Shared);
/// let monitor = Monitor::builder().check(nats).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, client: Client) -> Check {
    Events::default().of(name, client)
}

/// A check of [`jetstream`], of component [`Datastore`](Component::Datastore).
#[track_caller]
pub fn of_jetstream(name: impl Into<Cow<'static, str>>, client: Client, domain: Option<String>) -> Check {
    Events::default().of_jetstream(name, client, domain)
}

/// What the client told of itself, for checks that say why it has no connection, and that are degraded while the server
/// is in lame duck mode, about to stop.
///
/// ```no_run
/// # use healthsdk::{Check, checks::async_nats::{self as nats, Events}};
/// # async fn f() -> Result<Check, async_nats::ConnectError> {
/// let events = Events::default();
/// let heard = events.clone();
/// let client = async_nats::ConnectOptions::new()
///     .event_callback(move |event| {
///         heard.note(&event);
///         async {}
///     })
///     .connect("127.0.0.1")
///     .await?;
/// let check = events.of("nats", client);
/// # Ok(check) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Events(Arc<Mutex<Heard>>);

impl Events {
    /// Takes in an event: to be called for each.
    pub fn note(&self, event: &Event) {
        self.heard().note(event);
    }

    /// [`ping`], knowing what was heard.
    pub async fn ping(&self, client: &Client) -> Outcome {
        let inbox = client.new_inbox();
        match self.answer(client, inbox.clone(), inbox).await {
            Ok(Answer { outcome, .. }) => outcome,
            Err(failure) => failure.into(),
        }
    }

    /// [`jetstream`], knowing what was heard.
    pub async fn jetstream(&self, client: &Client, domain: Option<&str>) -> Outcome {
        let subject =
            domain.map_or_else(|| "$JS.API.INFO".to_owned(), |domain| format!("$JS.{domain}.API.INFO"));
        match self.answer(client, subject, client.new_inbox()).await {
            Ok(Answer { outcome, message: Some(message) }) => account(outcome, &message),
            Ok(Answer { message: None, .. }) => {
                Failure::new(Cause::Unavailable, "nobody serves JetStream here").into()
            }
            Err(failure) => failure.into(),
        }
    }

    /// A check like the function [`of`].
    #[track_caller]
    pub fn of(&self, name: impl Into<Cow<'static, str>>, client: Client) -> Check {
        let events = self.clone();
        let ping = move || {
            let (events, client) = (events.clone(), client.clone());
            async move { events.ping(&client).await }
        };
        Check::new(name, ping).component(Component::Component)
    }

    /// A check like the function [`of_jetstream`].
    #[track_caller]
    pub fn of_jetstream(
        &self,
        name: impl Into<Cow<'static, str>>,
        client: Client,
        domain: Option<String>,
    ) -> Check {
        let events = self.clone();
        let ask = move || {
            let (events, client, domain) = (events.clone(), client.clone(), domain.clone());
            async move { events.jetstream(&client, domain.as_deref()).await }
        };
        Check::new(name, ask).component(Component::Datastore)
    }

    async fn answer(&self, client: &Client, subject: String, inbox: String) -> Result<Answer, Failure> {
        connected(|| self.unconnected(client)).await?;
        self.heard().forget(&subject);
        let connects = client.statistics().connects.load(Relaxed);
        let lost = || self.lost(client, connects).or_else(|| self.denied(&subject, &inbox));
        let latency = Latency::start();
        // Its own inbox is given up when it is dropped; the engine bounds the time.
        let request = Request::new().inbox(inbox.clone()).timeout(None);
        let message = match unless(lost, client.send_request(subject.clone(), request)).await? {
            Ok(message) => Some(message),
            Err(error) if error.kind() == RequestErrorKind::NoResponders => None,
            Err(error) => return Err(failure(&error)),
        };
        let outcome = if self.heard().lame_duck {
            Outcome::degraded("the server is about to stop (lame duck mode)").because(Cause::Unavailable)
        } else {
            Outcome::ok()
        };
        let outcome = latency
            .on(outcome)
            .with("version", client.server_info().version)
            .with("reconnects", connects.saturating_sub(1));
        Ok(Answer { outcome, message })
    }

    /// Why no answer comes any more on the connection that was the client's so many connects ago.
    fn lost(&self, client: &Client, connects: u64) -> Option<Failure> {
        self.unconnected(client).or_else(|| {
            let again = client.statistics().connects.load(Relaxed) != connects;
            again.then(|| Failure::new(Cause::Disconnected, "the connection was lost, and made again"))
        })
    }

    fn unconnected(&self, client: &Client) -> Option<Failure> {
        let state = match client.connection_state() {
            State::Connected => return None,
            State::Pending => "there was no connection yet",
            State::Disconnected => "the connection was lost",
        };
        Some(match &self.heard().reason {
            Some((cause, why)) => {
                Failure::new(cause.unwrap_or(Cause::Disconnected), format_args!("{state}: {why}"))
            }
            None => Failure::new(Cause::Disconnected, state),
        })
    }

    /// What the server said of this very request instead of an answer to it.
    fn denied(&self, subject: &str, inbox: &str) -> Option<Failure> {
        let heard = self.heard();
        let said = heard.said.as_ref().filter(|said| said.contains(subject) || said.contains(inbox))?;
        Some(Failure::new(Cause::Unauthenticated, said))
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Answer {
    outcome: Outcome,
    /// None where nobody listens.
    message: Option<Message>,
}

/// Adds what JetStream said of the account, or says why it serves none.
fn account(outcome: Outcome, message: &Message) -> Outcome {
    let Ok(Value::Object(info)) = serde_json::from_slice(&message.payload) else {
        return Failure::new(Cause::WrongAnswer, "JetStream did not answer in JSON").into();
    };
    if let Some(error) = info.get("error") {
        let said = error.get("description").and_then(Value::as_str).unwrap_or("an error without description");
        return Failure::new(Cause::Unavailable, said).into();
    }
    ["streams", "consumers", "memory", "storage"]
        .into_iter()
        .filter_map(|key| Some((key, info.get(key)?)))
        .fold(outcome, |outcome, (key, value)| outcome.with(key, value.clone()))
}

fn failure(error: &RequestError) -> Failure {
    let cause = match error.kind() {
        RequestErrorKind::TimedOut => Some(Cause::TimedOut),
        RequestErrorKind::Other => Some(Cause::Disconnected),
        _ => None,
    };
    Failure::of(cause, error)
}
