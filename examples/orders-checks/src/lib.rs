//! The health checks of the `orders` service, in a library that several of its binaries can share.
//!
//! A library that a binary never names is not linked, and its checks are silently absent. So the binary names
//! it (`use orders_checks as _;` is enough) and lists the checks in `expect_checks`.

use std::{
    fs, io,
    path::Path,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::web;
use healthsdk::{Outcome, health_check};
use redis::aio::ConnectionManager;
use sqlx::{Connection, PgPool};

/// A connection of the pool answers.
///
/// The pool belongs to this replica, the database behind it to all of them, and a run that fails has nearly
/// always met a fault of the second. Therefore `scope = "shared"`: a replica gets no traffic before it once
/// reached the database (a wrong password shows here), but when the database goes away later, the replicas
/// stay in the load balancer. They can still serve orders from the cache, and their own 503 says more than
/// the answer of a balancer without backends. That all connections of this replica are busy is a local
/// matter; the data shows it.
///
/// A run that hangs keeps its connection, so it is dropped after 10 s. The pool must then bound what it does
/// with a connection whose peer is silent: see `storage::pool` in the binary.
#[health_check(
    kind = "readiness",
    scope = "shared",
    timeout = "3s",
    cancel_after = "10s",
    tags = "storage",
    component = "datastore",
    description = "the orders themselves"
)]
async fn postgres(pool: web::Data<PgPool>) -> Result<Outcome, sqlx::Error> {
    pool.acquire().await?.ping().await?;
    Ok(Outcome::ok()
        .with("connections", pool.size())
        .with("idle", pool.num_idle())
        .with("limit", pool.options().get_max_connections()))
}

/// The cache answers. Without it everything works, only slower, so a failure is no reason to send traffic
/// elsewhere.
#[health_check(
    kind = "readiness",
    failure_status = "degraded",
    tags = ["storage", "cache"],
    component = "datastore",
    description = "spares the database; orders are published through it"
)]
async fn redis(cache: web::Data<ConnectionManager>) -> redis::RedisResult<()> {
    redis::cmd("PING").exec_async(&mut cache.get_ref().clone()).await
}

/// The table exists. Nothing can be served before.
///
/// A startup probe that keeps failing gets the container killed, which does not mend a database: give that
/// probe minutes.
#[health_check(kind = "startup", allow_dependency, timeout = "3s", tags = "storage")]
async fn migrations(pool: web::Data<PgPool>) -> Result<Outcome, sqlx::Error> {
    let exists =
        sqlx::query_scalar("SELECT to_regclass('orders') IS NOT NULL").fetch_one(pool.get_ref()).await?;
    Ok(if exists { Outcome::ok() } else { Outcome::error("the table `orders` does not exist yet") })
}

/// Orders are published soon after they are placed. Late ones concern people, not load balancers.
#[health_check(
    interval = "15s",
    initial_delay = "2s",
    timeout = "3s",
    cancel_after = "10s",
    degraded_above = "500ms",
    failure_status = "degraded",
    tags = ["storage", "queue"]
)]
async fn queue_lag(pool: web::Data<PgPool>) -> Result<Outcome, sqlx::Error> {
    const OLDEST: &str =
        "SELECT extract(epoch FROM now() - min(placed_at))::float8 FROM orders WHERE published_at IS NULL";
    let lag: Option<f64> = sqlx::query_scalar(OLDEST).fetch_one(pool.get_ref()).await?;
    let lag = lag.unwrap_or_default().round();
    let outcome = if lag <= 60.0 {
        Outcome::ok()
    } else {
        Outcome::degraded(format_args!("the oldest order has waited for {lag} s to be published"))
    };
    Ok(outcome.with("lag_seconds", lag))
}

/// File descriptors are left for connections. Reads `/proc`, so it is a plain `fn`; where there is none, it
/// passes.
#[health_check(kind = "readiness", interval = "10s", component = "system")]
fn descriptors() -> io::Result<Outcome> {
    if !Path::new("/proc/self/fd").exists() {
        return Ok(Outcome::ok());
    }
    let used = fs::read_dir("/proc/self/fd")?.count();
    let limits = fs::read_to_string("/proc/self/limits")?;
    let limit = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok());
    let limit = limit.unwrap_or(usize::MAX);
    let outcome = match limit.saturating_sub(used) {
        0..10 => Outcome::error(format_args!("{used} of {limit} file descriptors are in use")),
        free if free < limit / 5 => {
            Outcome::degraded(format_args!("{used} of {limit} file descriptors are in use"))
        }
        _ => Outcome::ok(),
    };
    Ok(outcome.with("used", used).with("limit", limit))
}

static LAST_PASS: LazyLock<Mutex<Instant>> = LazyLock::new(|| Mutex::new(Instant::now()));

/// To be called by the publisher after each pass, whether that worked or not.
pub fn publisher_passed() {
    *LAST_PASS.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
}

/// The task that publishes orders still goes round. It ends each pass in bounded time whatever its
/// dependencies do, so that only a fault of this process stops it, which a restart mends: that is what
/// liveness is for.
#[health_check(kind = "liveness")]
fn publisher() -> Result<(), String> {
    let idle = LAST_PASS.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
    if idle < Duration::from_mins(1) {
        Ok(())
    } else {
        Err(format!("the publisher has stood still for {idle:.0?}"))
    }
}
