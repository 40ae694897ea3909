//! Redis and Valkey through the [`redis`](https://docs.rs/redis) client: one `PING`.
//!
//! - **Proves**: the server answers on the connection that the service uses, and takes its credentials. Through a
//!   `ClusterConnection` it goes to each primary that the client is connected to, and those must answer.
//! - **Does not prove**: that a command of the service is allowed, that there is memory for a write, or that a replica
//!   follows its primary. Nor that a cluster serves all slots: the client passes over a node that is gone, so that one
//!   which answers is enough.
//! - **Kind**: readiness; degraded by `failure_status` where the service can do without its cache.
//! - **Timeout**: the default, each 5 s. The client itself gives up an answer after 500 ms and a connection after 1 s, unless
//!   told otherwise. A `ClusterConnection` without any node tries again up to 16 times, which shows as timed out.
//! - **Permission**: `PING`; as an ACL `+ping`, without any key.
//! - **Cost**: one round trip, of 14 and 7 bytes; in a cluster one to each primary.
//!
//! A `MultiplexedConnection` that broke stays broken. A `ConnectionManager` replaces it after the first error, and says
//! why it cannot only after its last try: with the six of its defaults, which take 6 s, a refusal shows as timed out
//! until then. `set_number_of_retries(0)` shows it at once, and it still tries again with the next command. Neither
//! replaces a connection on which packets vanish without an error: that ends when packets flow again, or when the kernel
//! gives up, by default after 15 minutes. `TcpSettings::set_user_timeout` on the client shortens it to what one likes.
//!
//! The version of the server is not asked for: the command for it, `INFO`, is one that careful accounts are denied.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ::redis::{
    Client, ErrorKind, RedisError, ServerErrorKind,
    aio::{ConnectionLike, MultiplexedConnection},
    cmd,
};

use super::{failure::Failure, measure::Latency};
use crate::{Cause, Check, Component, Outcome};

/// Sends one `PING`.
///
/// Takes whatever speaks for several tasks at once: a `ConnectionManager`, a `MultiplexedConnection` or a
/// `ClusterConnection`. Data: `latency_ms`.
///
/// ```standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
/// use redis::aio::ConnectionManager;
///
/// #[health_check(scope = "shared")]
/// async fn redis(cache: web::Data<ConnectionManager>) -> Outcome {
///     checks::redis::ping(cache.get_ref()).await
/// }
/// ```
pub async fn ping<C>(client: &C) -> Outcome
where
    C: ConnectionLike + Clone,
{
    ask(&mut client.clone()).await.map_or_else(Outcome::from, |latency| latency.on(Outcome::ok()))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let cache = redis::Client::open("redis://cache:6379")?.get_connection_manager().await?;
/// let monitor = Monitor::builder()
///     .check(checks::redis::of("redis", cache.clone()).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
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

/// A check with one [`Kept`] connection of a client, of component [`Datastore`](Component::Datastore).
///
/// ```
/// # fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let client = redis::Client::open("redis://cache:6379")?;
/// let monitor = Monitor::builder()
///     .check(checks::redis::of_client("redis", client).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of_client(name: impl Into<Cow<'static, str>>, client: Client) -> Check {
    let kept = Arc::new(Kept::new(client));
    let ping = move || {
        let kept = Arc::clone(&kept);
        async move { kept.ping().await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

/// One connection for the checks of a [`Client`], which has none itself: made when first needed, kept from run to run,
/// and made anew where it broke.
///
/// ```standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks::redis::Kept, health_check};
///
/// #[health_check(scope = "shared")]
/// async fn redis(cache: web::Data<Kept>) -> Outcome {
///     cache.ping().await
/// }
/// ```
pub struct Kept {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Kept {
    /// Without a connection yet.
    pub fn new(client: Client) -> Self {
        Self { client, connection: Mutex::new(None) }
    }

    /// Sends one `PING`. Data: `latency_ms`.
    ///
    /// Where the server has closed the connection since the last run, it asks once more on a new one.
    pub async fn ping(&self) -> Outcome {
        // Out of its place while it is asked, so that a run which is dropped leaves none behind.
        let kept = self.place().take();
        if let Some(mut connection) = kept {
            match pong(&mut connection).await {
                Err(error) if error.is_connection_dropped() => {}
                answer => return self.settle(connection, answer),
            }
        }
        match self.client.get_multiplexed_async_connection().await {
            Ok(mut connection) => {
                let answer = pong(&mut connection).await;
                self.settle(connection, answer)
            }
            Err(error) => failure(&error).into(),
        }
    }

    fn settle(&self, connection: MultiplexedConnection, answer: Pong) -> Outcome {
        // A server that answers with an error would answer so on a new one, too.
        let refused = answer.as_ref().is_err_and(|error| error.code().is_some());
        let judged = judge(answer);
        if refused || judged.is_ok() {
            *self.place() = Some(connection);
        }
        judged.map_or_else(Outcome::from, |latency| latency.on(Outcome::ok()))
    }

    fn place(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

type Pong = Result<(Latency, String), RedisError>;

/// Whether the server answers, and how soon.
pub(super) async fn ask(connection: &mut impl ConnectionLike) -> Result<Latency, Failure> {
    judge(pong(connection).await)
}

async fn pong(connection: &mut impl ConnectionLike) -> Pong {
    let latency = Latency::start();
    cmd("PING").query_async(connection).await.map(|answer| (latency, answer))
}

fn judge(answer: Pong) -> Result<Latency, Failure> {
    match answer {
        Ok((latency, answer)) if answer == "PONG" => Ok(latency),
        Ok((_, answer)) => Err(Failure::new(Cause::WrongAnswer, format_args!("{answer:?} to PING"))),
        Err(error) => Err(failure(&error)),
    }
}

pub(super) fn failure(error: &RedisError) -> Failure {
    use ServerErrorKind as Server;
    let cause = match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::Server(Server::NoPerm) => Some(Cause::Unauthenticated),
        ErrorKind::Server(
            Server::BusyLoading | Server::ClusterDown | Server::MasterDown | Server::TryAgain,
        )
        | ErrorKind::ClusterConnectionNotFound => Some(Cause::Unavailable),
        _ if matches!(error.code(), Some("NOAUTH" | "WRONGPASS")) => Some(Cause::Unauthenticated),
        _ if error.is_timeout() => Some(Cause::TimedOut),
        _ if error.is_connection_refusal() => Some(Cause::Refused),
        _ if error.is_connection_dropped() => Some(Cause::Disconnected),
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Some(Cause::WrongAnswer),
        _ => None,
    };
    Failure::of(cause, error)
}
