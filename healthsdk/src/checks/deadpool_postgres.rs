//! PostgreSQL through a pool of [`deadpool_postgres`](https://docs.rs/deadpool_postgres).
//!
//! - **Proves** that the pool has a connection to give, or can open one, and that a PostgreSQL behind it answers a
//!   statement: `SELECT version()`, which a pooler such as PgBouncer cannot answer for it.
//! - **Does not prove** that tables, rights or replication are as the service needs them, nor that it can write.
//! - **Kind**: readiness. `scope = "shared"` where all replicas use the same server.
//! - **Timeout**: the default, at the default interval of 5 s.
//! - **Permission**: to log in (`CONNECT` on the database), nothing else.
//! - **Cost**: one round trip and one connection of the pool while it takes. With `RecyclingMethod::Verified` or `Clean`
//!   the pool makes one more of its own, as before every use. A run that failed or was dropped closes its connection, and
//!   the pool opens another when it needs one.
//!
//! A pool all of whose connections are in use, with none free within 50 ms, is [`Cause::Exhausted`] and degraded.

use std::{borrow::Cow, pin::pin, time::Duration};

use ::deadpool_postgres::{Object, Pool, PoolError, TimeoutType, Timeouts};
use tokio::time::timeout;

use super::{
    failure::Failure,
    measure::{Latency, PATIENCE, PoolSize},
    pool::{Loan, exhausted},
    tokio_postgres,
};
use crate::{Cause, Check, Component, Outcome};

/// Asks the server for its version on a connection of the pool. Data: `latency_ms`, `version`, and of the pool
/// `connections`, `idle` and `limit`.
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use deadpool_postgres::Pool;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(kind = "readiness", scope = "shared")]
/// async fn postgres(pool: web::Data<Pool>) -> Outcome {
///     checks::deadpool_postgres::ping(pool.get_ref()).await
/// }
/// ```
pub async fn ping(pool: &Pool) -> Outcome {
    let size = size(pool);
    size.on(ask(pool).await.unwrap_or_else(Outcome::from))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # fn f(pool: deadpool_postgres::Pool) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let monitor = Monitor::builder()
///     .check(checks::deadpool_postgres::of("postgres", pool).scope(Scope::Shared))
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

async fn ask(pool: &Pool) -> Result<Outcome, Failure> {
    let client = Loan::new(get(pool).await?, |client| drop(Object::take(client)));
    let latency = Latency::start();
    let version = tokio_postgres::version(&client).await?;
    let outcome = latency.on(Outcome::ok()).with("version", version);
    drop(client.give_back());
    Ok(outcome)
}

async fn get(pool: &Pool) -> Result<Object, Failure> {
    let timeouts = pool.timeouts();
    let at_once = Timeouts { wait: Some(Duration::ZERO), ..timeouts };
    match pool.timeout_get(&at_once).await {
        Err(PoolError::Timeout(TimeoutType::Wait)) => {}
        got => return got.map_err(|error| failure(pool, &error)),
    }
    let mut got = pin!(pool.timeout_get(&timeouts));
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
        PoolError::Backend(error) => tokio_postgres::failure(error),
        PoolError::Timeout(TimeoutType::Wait) if size(pool).is_exhausted() => exhausted(size(pool)),
        PoolError::Timeout(_) => Failure::of(Some(Cause::TimedOut), error),
        _ => Failure::of(None, error),
    }
}
