//! Redis and Valkey through the [`redis`](::redis) client.

use std::borrow::Cow;

use ::redis::{ErrorKind, RedisError, ServerErrorKind, aio::ConnectionLike, cmd};

use super::{failure::Failure, measure::Latency};
use crate::{Cause, Check, Component, Outcome};

/// Sends one `PING`.
///
/// Takes whatever speaks for several tasks at once: a `ConnectionManager`, a `MultiplexedConnection` or a
/// `ClusterConnection`. Data: `latency_ms`.
pub async fn ping<C>(client: &C) -> Outcome
where
    C: ConnectionLike + Clone,
{
    let latency = Latency::start();
    let mut client = client.clone();
    match cmd("PING").query_async::<String>(&mut client).await {
        Ok(answer) if answer == "PONG" => latency.on(Outcome::ok()),
        Ok(answer) => Failure::new(Cause::WrongAnswer, format_args!("{answer:?} to PING")).into(),
        Err(error) => failure(&error).into(),
    }
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
#[track_caller]
pub fn of<C>(name: impl Into<Cow<'static, str>>, client: C) -> Check
where
    C: ConnectionLike + Clone + Send + Sync + 'static,
{
    let ping = move || {
        let client = client.clone();
        async move { ping(&client).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

fn failure(error: &RedisError) -> Failure {
    let cause = match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::Server(ServerErrorKind::NoPerm) => {
            Some(Cause::Unauthenticated)
        }
        ErrorKind::Server(ServerErrorKind::BusyLoading | ServerErrorKind::ClusterDown) => {
            Some(Cause::Unavailable)
        }
        _ if matches!(error.code(), Some("NOAUTH" | "WRONGPASS")) => Some(Cause::Unauthenticated),
        _ if error.is_timeout() => Some(Cause::TimedOut),
        _ if error.is_connection_refusal() => Some(Cause::Refused),
        _ if error.is_connection_dropped() => Some(Cause::Disconnected),
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Some(Cause::WrongAnswer),
        _ => None,
    };
    Failure::of(cause, error)
}
