//! RabbitMQ, and what else speaks AMQP 0-9-1, through [`lapin`](https://docs.rs/lapin).
//!
//! - **Proves**: the broker answers on the connection of the service, in the process that serves one of its channels.
//!   What is asked is `channel.flow` with `active`: let deliveries flow on a channel where they flow already. Of all
//!   questions of the protocol that are answered it alone changes nothing, and needs no queue or exchange.
//! - **Does not prove**: that a queue or an exchange is there, that the account may use it, or that messages go through.
//!   An alarm of memory or disk, which blocks publishers, shows as degraded once the broker has told this connection.
//!   RabbitMQ tells a connection that publishes while the alarm lasts, and no other. A connection that is blocked is not
//!   asked, because lapin writes nothing to it; its heartbeats tell when it is lost.
//! - **Kind**: readiness.
//! - **Timeout**: the default, with the default interval.
//! - **Permission**: access to the virtual host; none of configure, write and read.
//! - **Cost**: one round trip of 13 bytes each way. [`of`] opens a channel of its own at its first run and whenever that one was
//!   closed, which is one round trip more, and one of the connection's channels.
//!
//! A connection with lapin's automatic recovery is one connection for ever. Where the application makes a new one
//! instead, [`of_current`] asks for the present one at each run. The channel of the check keeps the connection that it
//! replaced open until that run.

use std::{
    borrow::Cow,
    sync::{Arc, Weak},
};

use ::lapin::{
    Channel, Connection, Error, ErrorKind,
    options::ChannelFlowOptions,
    protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    failure::Failure,
    meanwhile::{connected, unless},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// Asks the broker on this channel of the connection, which should be kept for it, and changes nothing.
///
/// Data: `latency_ms`. Blocked publishers: degraded, and [`Cause::Unavailable`].
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
/// use lapin::{Channel, Connection};
///
/// struct Rabbit {
///     connection: Connection,
///     health: Channel,
/// }
///
/// #[health_check(kind = "readiness", scope = "shared")]
/// async fn rabbitmq(rabbit: web::Data<Rabbit>) -> Outcome {
///     checks::lapin::ping(&rabbit.connection, &rabbit.health).await
/// }
/// ```
pub async fn ping(connection: &Connection, channel: &Channel) -> Outcome {
    if connection.status().blocked() {
        return blocked();
    }
    match asked(connection, channel).await {
        Ok(outcome) => outcome,
        // Told while it was being asked.
        Err(_) if connection.status().blocked() => blocked(),
        Err(failure) => failure.into(),
    }
}

/// A check that [`ping`]s on a channel of its own, of component [`Component`](Component::Component).
///
/// ```no_run
/// # use std::sync::Arc;
/// # use healthsdk::{Monitor, Scope, checks};
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let connection = lapin::Connection::connect("amqp://127.0.0.1", lapin::ConnectionProperties::default()).await?;
/// let rabbitmq = checks::lapin::of("rabbitmq", Arc::new(connection)).scope(Scope::Shared);
/// let monitor = Monitor::builder().check(rabbitmq).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, connection: Arc<Connection>) -> Check {
    of_current(name, move || Ok(Arc::clone(&connection)))
}

/// A check like [`of`], of the connection that the closure gives at each run, or of the error that it could not be made
/// with.
///
/// ```no_run
/// # use std::sync::{Arc, Mutex, PoisonError};
/// # use healthsdk::{Check, checks};
/// # use lapin::Connection;
/// # fn f(current: Arc<Mutex<lapin::Result<Arc<Connection>>>>) -> Check {
/// checks::lapin::of_current("rabbitmq", move || current.lock().unwrap_or_else(PoisonError::into_inner).clone())
/// # }
/// ```
#[track_caller]
pub fn of_current<F>(name: impl Into<Cow<'static, str>>, current: F) -> Check
where
    F: Fn() -> Result<Arc<Connection>, Error> + Send + Sync + 'static,
{
    let held = Arc::new(Mutex::new(None));
    let current = Arc::new(current);
    let ping = move || {
        let (held, current) = (Arc::clone(&held), Arc::clone(&current));
        async move {
            let connection = match current() {
                Ok(connection) => connection,
                Err(error) => return failure(&error).into(),
            };
            if connection.status().blocked() {
                return blocked();
            }
            match channel(&connection, held).await {
                Ok(channel) => ping(&connection, &channel).await,
                Err(failure) => failure.into(),
            }
        }
    };
    Check::new(name, ping).component(Component::Component)
}

/// A channel, and the connection that it belongs to.
struct Held {
    connection: Weak<Connection>,
    channel: Channel,
}

impl Held {
    fn serves(&self, connection: &Arc<Connection>) -> bool {
        let alive = self.channel.status().connected() || recovering(&self.channel).is_some();
        alive && self.connection.as_ptr() == Arc::as_ptr(connection)
    }
}

/// The channel that is held, or a new one.
///
/// It is opened by a task: a run that is dropped meanwhile leaves one channel that the next run takes, instead of one
/// more for each run on a broker that does not answer.
async fn channel(connection: &Arc<Connection>, held: Arc<Mutex<Option<Held>>>) -> Result<Channel, Failure> {
    let unusable = || lost(connection);
    connected(unusable).await?;
    let held = unless(unusable, held.lock_owned()).await?;
    if let Some(known) = held.as_ref().filter(|known| known.serves(connection)) {
        return Ok(known.channel.clone());
    }
    let opened = unless(unusable, tokio::spawn(open(Arc::clone(connection), held))).await?;
    match opened {
        Ok(opened) => opened.map_err(|error| failure(&error)),
        Err(error) => Err(Failure::of(None, &error)),
    }
}

async fn open(
    connection: Arc<Connection>,
    mut held: OwnedMutexGuard<Option<Held>>,
) -> Result<Channel, Error> {
    *held = None;
    let channel = connection.create_channel().await?;
    *held = Some(Held { connection: Arc::downgrade(&connection), channel: channel.clone() });
    Ok(channel)
}

async fn asked(connection: &Connection, channel: &Channel) -> Result<Outcome, Failure> {
    connected(|| lost(connection).or_else(|| recovering(channel))).await?;
    let latency = Latency::start();
    let answer = channel.channel_flow(ChannelFlowOptions { active: true });
    match unless(|| lost(connection), answer).await? {
        Ok(true) => Ok(latency.on(Outcome::ok())),
        Ok(false) => Err(Failure::new(Cause::WrongAnswer, "the flow was stopped, not let go on")),
        Err(error) => Err(failure(&error)),
    }
}

fn blocked() -> Outcome {
    Outcome::degraded("the broker blocks publishers: it is low on memory or disk").because(Cause::Unavailable)
}

/// Why this connection gives no answer as it is.
fn lost(connection: &Connection) -> Option<Failure> {
    let status = connection.status();
    let why = if status.blocked() {
        return Some(Failure::new(Cause::Unavailable, "the broker blocks publishers"));
    } else if status.connected() {
        return None;
    } else if status.reconnecting() || status.connecting() {
        "the connection was lost, and is being made again"
    } else if status.errored() {
        "the connection was lost"
    } else {
        "the connection was closed"
    };
    Some(Failure::new(Cause::Disconnected, why))
}

fn recovering(channel: &Channel) -> Option<Failure> {
    let again = || Failure::new(Cause::Disconnected, "the channel was lost, and is being opened again");
    channel.status().reconnecting().then(again)
}

fn failure(error: &Error) -> Failure {
    let cause = match error.kind() {
        ErrorKind::ChannelsLimitReached => Some(Cause::Exhausted),
        ErrorKind::AuthProviderError(_) => Some(Cause::Unauthenticated),
        ErrorKind::InvalidChannel(_)
        | ErrorKind::InvalidChannelState(..)
        | ErrorKind::InvalidConnectionState(_) => Some(Cause::Disconnected),
        ErrorKind::MissingHeartbeatError => Some(Cause::TimedOut),
        ErrorKind::InvalidProtocolVersion(_)
        | ErrorKind::ParsingError(_)
        | ErrorKind::SerialisationError(_) => Some(Cause::WrongAnswer),
        ErrorKind::ProtocolError(error) => match error.kind() {
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
            | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => Some(Cause::Unauthenticated),
            AMQPErrorKind::Hard(
                AMQPHardError::CONNECTIONFORCED | AMQPHardError::RESOURCEERROR | AMQPHardError::INTERNALERROR,
            ) => Some(Cause::Unavailable),
            _ => Some(Cause::WrongAnswer),
        },
        _ => None,
    };
    Failure::of(cause, error)
}
