//! PostgreSQL through a pool of [`bb8`](https://docs.rs/bb8) with [`bb8_postgres`](https://docs.rs/bb8_postgres).
//!
//! - **Proves** that the pool has a connection to give, or can open one, and that a PostgreSQL behind it answers.
//! - **Does not prove** that tables, rights or replication are as the service needs them, nor that it can write.
//! - **Kind**: readiness. `scope = "shared"` where all replicas use the same server.
//! - **Timeout**: the default, at the default interval of 5 s. The pool cannot take a connection to a peer
//!   that fell silent out by itself: set `tcp_user_timeout` and `keepalives_idle` in the connection's configuration.
//! - **Permission**: to log in (`CONNECT` on the database), nothing else.
//! - **Cost**: one round trip and one connection of the pool while it takes. Where the pool tests what it hands out
//!   (`test_on_check_out`, its default), that test is the round trip; else it is `SELECT version()`, which also tells
//!   the version.
//!
//! While the pool has no connection and is not full, the check opens one and gives it to the pool, which would open it
//! too, but keeps to itself why it cannot. A pool all of whose connections are in use, with none free within 50 ms, is
//! [`Cause::Exhausted`] and degraded.
//!
//! A run that is dropped gives its connection back: requests on it are answered in order, so that the next user's answer
//! comes after the one nobody waits for. Closing it instead would pile up connections at a server that hangs, since its
//! task ends only with the last answer.

use std::{borrow::Cow, pin::pin};

use ::bb8::{AddError, ManageConnection, Pool, RunError};
use ::tokio_postgres::{Client, Error};
use tokio::time::timeout;

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::exhausted,
    tokio_postgres::{failure, version},
};
use crate::{Cause, Check, Component, Outcome};

/// Has a connection of the pool tested. Data: `latency_ms`, `version` where it was asked for, and of the pool
/// `connections`, `idle` and `limit`.
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use bb8_postgres::{PostgresConnectionManager, bb8::Pool, tokio_postgres::NoTls};
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(kind = "readiness", scope = "shared")]
/// async fn postgres(pool: web::Data<Pool<PostgresConnectionManager<NoTls>>>) -> Outcome {
///     checks::bb8_postgres::ping(pool.get_ref()).await
/// }
/// ```
pub async fn ping<M>(pool: &Pool<M>) -> Outcome
where
    M: ManageConnection<Connection = Client, Error = Error>,
{
    let size = size(pool);
    size.on(ask(pool, size).await.unwrap_or_else(Outcome::from))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # use bb8_postgres::{PostgresConnectionManager, bb8::Pool, tokio_postgres::NoTls};
/// # fn f(pool: Pool<PostgresConnectionManager<NoTls>>) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let monitor = Monitor::builder()
///     .check(checks::bb8_postgres::of("postgres", pool).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<M>(name: impl Into<Cow<'static, str>>, pool: Pool<M>) -> Check
where
    M: ManageConnection<Connection = Client, Error = Error>,
{
    let ping = move || {
        let pool = pool.clone();
        async move { ping(&pool).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

async fn ask<M>(pool: &Pool<M>, before: PoolSize) -> Result<Outcome, Failure>
where
    M: ManageConnection<Connection = Client, Error = Error>,
{
    if is_empty(before) {
        return open(pool).await;
    }
    let was_full = before.is_exhausted();
    let discarded = discarded(pool);
    let tested = Latency::start();
    let mut get = pin!(pool.get());
    let client = loop {
        match timeout(PATIENCE, &mut get).await {
            Ok(Ok(client)) => break client,
            Ok(Err(RunError::User(error))) => return Err(failure(&error)),
            Ok(Err(RunError::TimedOut)) if was_full && size(pool).is_exhausted() => {
                return Err(exhausted(size(pool)));
            }
            Ok(Err(error)) => return Err(Failure::of(Some(Cause::TimedOut), &error)),
            Err(_) if was_full && size(pool).is_exhausted() => return Err(exhausted(size(pool))),
            // Those that were idle had died.
            Err(_) if is_empty(size(pool)) && (was_full || self::discarded(pool) > discarded) => {
                return open(pool).await;
            }
            Err(_) => {}
        }
    };
    if pool.config().test_on_check_out {
        return Ok(tested.on(Outcome::ok()));
    }
    let latency = Latency::start();
    let version = version(&client).await?;
    Ok(latency.on(Outcome::ok()).with("version", version))
}

/// Opens a connection for the pool.
async fn open<M>(pool: &Pool<M>) -> Result<Outcome, Failure>
where
    M: ManageConnection<Connection = Client, Error = Error>,
{
    let client = pool.dedicated_connection().await.map_err(|error| failure(&error))?;
    let latency = Latency::start();
    let version = version(&client).await?;
    match pool.add(client) {
        // All its places are taken by attempts of its own, which it repeats ever less often.
        Err(AddError::NoCapacity(_)) if size(pool).connections == 0 => Err(Failure::new(
            Cause::Unavailable,
            "the server answers, and the pool has not connected again yet",
        )),
        // Where others have filled the pool meanwhile, it is closed.
        _ => Ok(latency.on(Outcome::ok()).with("version", version)),
    }
}

/// Whether the pool has to open a connection for whoever asks now.
fn is_empty(size: PoolSize) -> bool {
    size.idle == 0 && !size.is_exhausted()
}

fn size<M: ManageConnection>(pool: &Pool<M>) -> PoolSize {
    let state = pool.state();
    PoolSize {
        connections: state.connections as usize,
        idle: state.idle_connections as usize,
        limit: pool.config().max_size as usize,
    }
}

/// How many connections the pool has found dead.
fn discarded<M: ManageConnection>(pool: &Pool<M>) -> u64 {
    pool.state().statistics.connections_closed_invalid
}
