//! Redis and Valkey through a [`deadpool_redis`](https://docs.rs/deadpool_redis) pool: the `PING` with which the pool tries a
//! connection before it gives it away.
//!
//! - **Proves**: the pool has a connection to give, the server answers on it, and takes its credentials.
//! - **Does not prove**: that a command of the service is allowed, that there is memory for a write, or that more than
//!   one connection can be had.
//! - **Kind**: readiness; degraded by `failure_status` where the service can do without its cache.
//! - **Timeout**: the default, each 5 s. The client itself gives up an answer after 500 ms and a connection after 1 s, unless
//!   the pool was made with a configuration that says otherwise.
//! - **Permission**: `PING` and `UNWATCH`, which the pool sends along; as an ACL `+ping +unwatch`, without any key.
//! - **Cost**: one round trip, of about 40 and 15 bytes. On a new connection, which the pool has not tried, the check
//!   sends the `PING` itself.
//!
//! A connection on which the server did not answer is closed, and so is one that a dropped run was trying; the pool opens
//! another when it needs one.

use std::{borrow::Cow, pin::pin, time::Duration};

use ::deadpool_redis::{Object, Pool, PoolError, TimeoutType, Timeouts};
use tokio::time::timeout;

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::{Loan, exhausted},
    redis,
};
use crate::{Cause, Check, Component, Outcome};

/// Takes a connection out of the pool, which tries it with one `PING`, and gives it back.
///
/// Where all connections are in use, and stay so for 50 ms, it is degraded as exhausted. Data: `latency_ms`,
/// `connections`, `idle`, `limit`.
///
/// ```standalone_crate
/// use actix_web::web;
/// use deadpool_redis::Pool;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(scope = "shared")]
/// async fn redis(cache: web::Data<Pool>) -> Outcome {
///     checks::deadpool_redis::ping(cache.get_ref()).await
/// }
/// ```
pub async fn ping(pool: &Pool) -> Outcome {
    let size = size(pool);
    size.on(ask(pool).await.map_or_else(Outcome::from, |latency| latency.on(Outcome::ok())))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```
/// # fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use deadpool_redis::{Config, Runtime};
/// use healthsdk::{Monitor, Scope, checks};
///
/// let pool = Config::from_url("redis://cache:6379").create_pool(Some(Runtime::Tokio1))?;
/// let monitor = Monitor::builder()
///     .check(checks::deadpool_redis::of("redis", pool.clone()).scope(Scope::Shared))
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

async fn ask(pool: &Pool) -> Result<Latency, Failure> {
    let tried = Latency::start();
    let mut connection = Loan::new(get(pool).await?, |connection| drop(Object::take(connection)));
    // Tried by the pool just now, with what would be asked here.
    let latency = if Object::metrics(&connection).recycled.is_some() {
        tried
    } else {
        redis::ask(&mut **connection).await?
    };
    drop(connection.give_back());
    Ok(latency)
}

async fn get(pool: &Pool) -> Result<Object, Failure> {
    // Of plain objects, which tell whether they are new.
    let plain = pool.weak().upgrade().expect("the pool is here");
    let timeouts = pool.timeouts();
    let at_once = Timeouts { wait: Some(Duration::ZERO), ..timeouts };
    match plain.timeout_get(&at_once).await {
        Err(PoolError::Timeout(TimeoutType::Wait)) => {}
        got => return got.map_err(|error| failure(pool, &error)),
    }
    let mut got = pin!(plain.timeout_get(&timeouts));
    loop {
        match timeout(PATIENCE, &mut got).await {
            Ok(got) => return got.map_err(|error| failure(pool, &error)),
            Err(_) if is_exhausted(pool) => return Err(exhausted(size(pool))),
            // Those who have the turns are opening connections: that is no shortage.
            Err(_) => {}
        }
    }
}

/// Whether somebody waits for others to give a connection back.
fn is_exhausted(pool: &Pool) -> bool {
    pool.status().waiting > 0 && size(pool).is_exhausted()
}

fn size(pool: &Pool) -> PoolSize {
    let status = pool.status();
    PoolSize { connections: status.size, idle: status.available, limit: status.max_size }
}

fn failure(pool: &Pool, error: &PoolError) -> Failure {
    match error {
        PoolError::Backend(error) => redis::failure(error),
        PoolError::Timeout(TimeoutType::Wait) if size(pool).is_exhausted() => exhausted(size(pool)),
        PoolError::Timeout(_) => Failure::of(Some(Cause::TimedOut), error),
        _ => Failure::of(None, error),
    }
}
