//! Redis and Valkey through a [`deadpool_redis`](::deadpool_redis) pool: the `PING` with which the pool tries a
//! connection before it gives it away.
//!
//! - **Proves**: the pool has a connection to give, the server answers on it, and takes its credentials.
//! - **Does not prove**: that a command of the service is allowed, that there is memory for a write, or that more than
//!   one connection can be had.
//! - **Kind**: readiness; degraded by `failure_status` where the service can do without its cache.
//! - **Timeout**: 150 ms, each 5 s. The client itself gives up an answer after 500 ms and a connection after 1 s, unless
//!   the pool was made with a configuration that says otherwise.
//! - **Permission**: `PING` and `UNWATCH`, which the pool sends along; as an ACL `+ping +unwatch`, without any key.
//! - **Cost**: one round trip, of about 40 and 15 bytes. On a new connection, which the pool has not tried, the check
//!   sends the `PING` itself.
//!
//! A connection on which the server did not answer is closed, and so is one that a dropped run was trying; the pool opens
//! another when it needs one.

use std::{borrow::Cow, time::Duration};

use ::deadpool_redis::{Object, Pool, PoolError, TimeoutType, Timeouts};
use tokio::time::{Instant, sleep};

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    redis,
};
use crate::{Cause, Check, Component, Outcome};

/// How often a pool that has no clock of its own is asked for a connection.
const AGAIN: Duration = Duration::from_millis(5);

/// Takes a connection out of the pool, which tries it with one `PING`, and gives it back.
///
/// Where all connections are in use, and stay so for 50 ms, it is degraded as exhausted. Data: `latency_ms`,
/// `connections`, `idle`, `limit`.
///
/// ```
/// use actix_web::web;
/// use deadpool_redis::Pool;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(timeout = "150ms")]
/// async fn redis(cache: web::Data<Pool>) -> Outcome {
///     checks::deadpool_redis::ping(cache.get_ref()).await
/// }
/// ```
pub async fn ping(pool: &Pool) -> Outcome {
    let outcome = match look(pool).await {
        Ok(latency) => latency.on(Outcome::ok()),
        Err(failure) => failure.into(),
    };
    size(pool).on(outcome)
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```
/// # fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use deadpool_redis::{Config, Runtime};
/// use healthsdk::{Monitor, checks};
///
/// let pool = Config::from_url("redis://cache:6379").create_pool(Some(Runtime::Tokio1))?;
/// let monitor = Monitor::builder()
///     .check(checks::deadpool_redis::of("redis", pool.clone()).timeout(Duration::from_millis(150)))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, pool: Pool) -> Check {
    let ping = move || {
        let pool = pool.clone();
        async move { ping(&pool).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

async fn look(pool: &Pool) -> Result<Latency, Failure> {
    let latency = Latency::start();
    let connection = get(pool).await.map_err(|error| failure(pool, &error))?;
    // Tried by the pool just now, with what would be asked here.
    if Object::metrics(&connection).recycled.is_some() {
        return Ok(latency);
    }
    let mut connection = New(Some(connection));
    let answer = redis::ask(connection.as_mut()).await;
    if answer.is_ok() {
        connection.keep();
    }
    answer
}

/// A connection that the pool gets back once the server has answered on it.
struct New(Option<Object>);

impl New {
    fn as_mut(&mut self) -> &mut ::deadpool_redis::redis::aio::MultiplexedConnection {
        self.0.as_mut().expect("it is there until it is kept")
    }

    fn keep(mut self) {
        self.0.take();
    }
}

impl Drop for New {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}

async fn get(pool: &Pool) -> Result<Object, PoolError> {
    // Of plain objects, which tell whether they are new.
    let pool = pool.weak().upgrade().ok_or(PoolError::Closed)?;
    let within = |wait| Timeouts { wait: Some(wait), ..pool.timeouts() };
    match pool.timeout_get(&within(PATIENCE)).await {
        Err(PoolError::NoRuntimeSpecified) => {}
        done => return done,
    }
    let end = Instant::now() + PATIENCE;
    loop {
        match pool.timeout_get(&within(Duration::ZERO)).await {
            Err(PoolError::Timeout(TimeoutType::Wait)) if Instant::now() < end => sleep(AGAIN).await,
            done => return done,
        }
    }
}

fn size(pool: &Pool) -> PoolSize {
    let status = pool.status();
    PoolSize { connections: status.size, idle: status.available, limit: status.max_size }
}

fn failure(pool: &Pool, error: &PoolError) -> Failure {
    match error {
        PoolError::Backend(error) => redis::failure(error),
        PoolError::Timeout(TimeoutType::Wait) => {
            let size = size(pool);
            if size.is_exhausted() {
                Failure::new(Cause::Exhausted, format_args!("all {} connections are in use", size.limit))
            } else {
                Failure::new(Cause::TimedOut, "others wait for a connection to be made")
            }
        }
        PoolError::Timeout(_) => Failure::of(Some(Cause::TimedOut), error),
        _ => Failure::of(None, error),
    }
}
