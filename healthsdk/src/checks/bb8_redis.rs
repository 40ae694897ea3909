//! Redis and Valkey through a [`bb8_redis`](https://docs.rs/bb8_redis) pool: the `PING` with which the pool tests a connection before it
//! gives it away.
//!
//! - **Proves**: the pool has a connection to give, the server answers on it, and takes its credentials.
//! - **Does not prove**: that a command of the service is allowed, that there is memory for a write, or that more than
//!   one connection can be had.
//! - **Kind**: readiness; degraded by `failure_status` where the service can do without its cache.
//! - **Timeout**: the default, each 5 s. The client itself gives up an answer after 500 ms and a connection after 1 s; the
//!   pool's own `connection_timeout`, of 30 s by default, is how long the service waits, not the check.
//! - **Permission**: `PING`; as an ACL `+ping`, without any key.
//! - **Cost**: one round trip, of 14 and 7 bytes. The check sends the `PING` itself where the pool does not.
//!
//! A pool with `test_on_check_out(false)` keeps a connection that broke until its `max_lifetime`, 30 minutes: the check
//! fails as long, whenever it is given such a one, as the service does.
//!
//! The pool keeps to itself why it cannot connect, and tries again without end. Where it has no connection, or finds one
//! broken, the check therefore opens one as the pool would, and gives it to the pool if the server answers.

use std::{borrow::Cow, future::poll_fn, pin::pin, task::Poll};

use ::bb8_redis::{
    RedisConnectionManager,
    bb8::{AddError, Pool, PooledConnection, RunError},
};
use tokio::time::timeout;

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::exhausted,
    redis,
};
use crate::{Cause, Check, Component, Outcome};

type Connection<'a> = PooledConnection<'a, RedisConnectionManager>;

/// Takes a connection out of the pool, which tests it with one `PING`, and gives it back.
///
/// Where all connections are in use, and stay so for 50 ms, it is degraded as exhausted. Data: `latency_ms`,
/// `connections`, `idle`, `limit`.
///
/// ```standalone_crate
/// use actix_web::web;
/// use bb8_redis::{RedisConnectionManager, bb8::Pool};
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(scope = "shared")]
/// async fn redis(cache: web::Data<Pool<RedisConnectionManager>>) -> Outcome {
///     checks::bb8_redis::ping(cache.get_ref()).await
/// }
/// ```
pub async fn ping(pool: &Pool<RedisConnectionManager>) -> Outcome {
    let size = size(pool);
    size.on(ask(pool).await.map_or_else(Outcome::from, |latency| latency.on(Outcome::ok())))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use bb8_redis::{RedisConnectionManager, bb8::Pool};
/// use healthsdk::{Monitor, Scope, checks};
///
/// let pool = Pool::builder().build(RedisConnectionManager::new("redis://cache:6379")?).await?;
/// let monitor = Monitor::builder()
///     .check(checks::bb8_redis::of("redis", pool.clone()).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, pool: Pool<RedisConnectionManager>) -> Check {
    let ping = move || {
        let pool = pool.clone();
        async move { ping(&pool).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

async fn ask(pool: &Pool<RedisConnectionManager>) -> Result<Latency, Failure> {
    let latency = Latency::start();
    match get(pool).await? {
        Some(_) if pool.config().test_on_check_out => Ok(latency),
        Some(mut connection) => redis::ask(&mut *connection).await,
        None => {
            let connection = pool.dedicated_connection().await;
            let mut connection = connection.map_err(|error| redis::failure(&error))?;
            let latency = redis::ask(&mut connection).await?;
            match pool.add(connection) {
                // All its places are taken by attempts of its own, which it repeats ever less often.
                Err(AddError::NoCapacity(_)) if size(pool).connections == 0 => {
                    let why = "the server answers, and the pool has not connected again yet";
                    Err(Failure::new(Cause::Unavailable, why))
                }
                // One that is too many is closed.
                _ => Ok(latency),
            }
        }
    }
}

/// A connection of the pool, or none where the pool has none and would not say why.
async fn get(pool: &Pool<RedisConnectionManager>) -> Result<Option<Connection<'_>>, Failure> {
    let full = size(pool).is_exhausted();
    let broken = || pool.state().statistics.connections_closed_invalid;
    let before = broken();
    let mut get = pin!(pool.get());
    // The pool would try one broken connection after the other, and make new ones, as fast as the server refuses them.
    let mut get = pin!(poll_fn(move |context| match get.as_mut().poll(context) {
        Poll::Ready(connection) => Poll::Ready(Some(connection)),
        Poll::Pending if broken() > before => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    }));
    let connection = if let Ok(connection) = timeout(PATIENCE, get.as_mut()).await {
        connection
    } else {
        let size = size(pool);
        if full && size.is_exhausted() {
            return Err(exhausted(size));
        }
        if size.connections == 0 {
            return Ok(None);
        }
        get.await
    };
    match connection {
        Some(Ok(connection)) => Ok(Some(connection)),
        Some(Err(RunError::User(error))) => Err(redis::failure(&error)),
        Some(Err(RunError::TimedOut)) if size(pool).is_exhausted() => Err(exhausted(size(pool))),
        None | Some(Err(RunError::TimedOut)) => Ok(None),
    }
}

fn size(pool: &Pool<RedisConnectionManager>) -> PoolSize {
    let state = pool.state();
    PoolSize {
        connections: state.connections as usize,
        idle: state.idle_connections as usize,
        limit: pool.config().max_size as usize,
    }
}
