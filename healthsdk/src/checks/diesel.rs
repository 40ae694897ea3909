//! What [`diesel`](https://docs.rs/diesel) connects to, through its pool of [`r2d2`](::diesel::r2d2).
//!
//! - **Proves** that the pool has a connection to give, or can open one, and that the database behind it answers
//!   `SELECT 1`.
//! - **Does not prove** that tables, rights or replication are as the service needs them, nor that it can write.
//! - **Kind**: readiness. `scope = "shared"` where all replicas use the same server.
//! - **Timeout**: the default, at the default interval of 5 s. While the server is away, the pool tries
//!   again ever less often, up to every half `connection_timeout`, by default 15 s: a `connection_timeout` of 2 s makes
//!   it recover sooner.
//! - **Permission**: to log in (`CONNECT` on the database of PostgreSQL, `USAGE` in MySQL), nothing else.
//! - **Cost**: one round trip, one connection of the pool and one thread of the monitor while it takes. Where the pool
//!   tests what it hands out (`test_on_check_out`, its default), that test is the round trip.
//!
//! A blocking call cannot be dropped. The check waits at most 1 s for a connection, but for an answer as long as the
//! client does: for ever, unless the connection says otherwise. Of PostgreSQL, have
//! `?connect_timeout=2&tcp_user_timeout=5000&keepalives_idle=5` in the URL: a machine that vanished then ends the call
//! after about 5 s. A server that hangs while its machine lives holds it until it goes on or ends: one thread of the
//! monitor, which reports the check as timed out, starts no second run beside it, and runs the other checks on other
//! threads.
//!
//! A pool all of whose connections are in use, with none free within 50 ms, is [`Cause::Exhausted`] and degraded.

use std::{borrow::Cow, time::Duration};

use ::diesel::{
    r2d2::{ConnectionManager, Pool, PoolError, PooledConnection, R2D2Connection},
    result::{DatabaseErrorKind, Error},
};

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::exhausted,
};
use crate::{Cause, Check, Component, Outcome};

/// How long the pool may take to open a connection.
const OPENING: Duration = Duration::from_secs(1);

/// What clients and servers say, of which diesel keeps the words alone.
const SAID: [(&str, Cause); 24] = [
    // The numbers of the operating system, before the words that MySQL puts around each.
    ("(110)", Cause::TimedOut),
    ("(13)", Cause::Unauthenticated),
    ("onnection refused", Cause::Refused),
    ("an't connect to", Cause::Refused),
    ("nable to open the database file", Cause::Refused),
    ("nable to open database file", Cause::Refused),
    ("could not translate host name", Cause::Unresolved),
    ("server host", Cause::Unresolved),
    ("timeout expired", Cause::TimedOut),
    ("imed out", Cause::TimedOut),
    ("authentication failed", Cause::Unauthenticated),
    ("pg_hba.conf", Cause::Unauthenticated),
    ("no password supplied", Cause::Unauthenticated),
    ("does not exist", Cause::Unauthenticated),
    ("permission denied", Cause::Unauthenticated),
    ("ccess denied", Cause::Unauthenticated),
    ("nknown database", Cause::Unauthenticated),
    ("the database system is", Cause::Unavailable),
    ("oo many c", Cause::Unavailable),
    ("remaining connection slots", Cause::Unavailable),
    ("administrator command", Cause::Unavailable),
    ("database is locked", Cause::Unavailable),
    ("closed the connection", Cause::Disconnected),
    ("onnection reset", Cause::Disconnected),
];

/// Has a connection of the pool tested. It blocks its thread, so that it is for plain functions. Data: `latency_ms`, and
/// of the pool `connections`, `idle` and `limit`.
///
/// ```no_run
/// # use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};
/// # fn f<C: R2D2Connection + Send + 'static>(pool: Pool<ConnectionManager<C>>) {
/// use healthsdk::checks;
///
/// let outcome = checks::diesel::ping(&pool);
/// println!("{:?} {:?}", outcome.status(), outcome.message());
/// # }
/// ```
pub fn ping<C>(pool: &Pool<ConnectionManager<C>>) -> Outcome
where
    C: R2D2Connection + Send + 'static,
{
    let size = size(pool);
    size.on(ask(pool).unwrap_or_else(Outcome::from))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};
/// # fn f<C>(pool: Pool<ConnectionManager<C>>) -> Result<(), healthsdk::BuildError>
/// # where
/// #     C: R2D2Connection + Send + 'static,
/// # {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let monitor = Monitor::builder()
///     .check(checks::diesel::of("postgres", pool).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<C>(name: impl Into<Cow<'static, str>>, pool: Pool<ConnectionManager<C>>) -> Check
where
    C: R2D2Connection + Send + 'static,
{
    Check::blocking(name, move || ping(&pool)).component(Component::Datastore)
}

fn ask<C>(pool: &Pool<ConnectionManager<C>>) -> Result<Outcome, Failure>
where
    C: R2D2Connection + Send + 'static,
{
    let tested = Latency::start();
    let mut connection = match pool.try_get() {
        Some(connection) => connection,
        None => wait(pool)?,
    };
    if pool.test_on_check_out() {
        return Ok(tested.on(Outcome::ok()));
    }
    let latency = Latency::start();
    connection.ping().map_err(|error| of_query(&error))?;
    Ok(latency.on(Outcome::ok()))
}

/// Waits for one that another gives back, or that the pool's threads open.
fn wait<C>(pool: &Pool<ConnectionManager<C>>) -> Result<PooledConnection<ConnectionManager<C>>, Failure>
where
    C: R2D2Connection + Send + 'static,
{
    let was_full = size(pool).is_exhausted();
    let error = match pool.get_timeout(PATIENCE) {
        Ok(connection) => return Ok(connection),
        Err(_) if was_full && size(pool).is_exhausted() => return Err(exhausted(size(pool))),
        Err(error) => error,
    };
    match of_pool(&error) {
        // Each further wait would have the pool open one connection more.
        None => pool
            .get_timeout(OPENING)
            .map_err(|error| of_pool(&error).unwrap_or_else(|| Failure::of(Some(Cause::TimedOut), &error))),
        Some(failure) => Err(failure),
    }
}

fn size<C>(pool: &Pool<ConnectionManager<C>>) -> PoolSize
where
    C: R2D2Connection + Send + 'static,
{
    let state = pool.state();
    PoolSize {
        connections: state.connections as usize,
        idle: state.idle_connections as usize,
        limit: pool.max_size() as usize,
    }
}

/// Why the pool has no connection, where its threads have tried to open one.
fn of_pool(error: &PoolError) -> Option<Failure> {
    let text = error.to_string();
    let (_, reason) = text.split_once(": ")?;
    // These repeat parts of the address, and of the password where that has an `@` or a `/` which is not encoded.
    if reason.contains("connection option") || reason.contains("URI") {
        return Some(Failure::plain("the address of the database is not legal"));
    }
    Some(match said(reason) {
        Some(Cause::Unresolved) => Failure::new(Cause::Unresolved, "the name of the host has no address"),
        cause => Failure::of(cause, error),
    })
}

fn of_query(error: &Error) -> Failure {
    let cause = match error {
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => Some(Cause::Disconnected),
        error => said(&error.to_string()),
    };
    Failure::of(cause, error)
}

fn said(text: &str) -> Option<Cause> {
    SAID.iter().find(|(words, _)| text.contains(words)).map(|&(_, cause)| cause)
}
