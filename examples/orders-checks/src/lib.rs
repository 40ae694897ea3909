//! The health checks of the `orders` service, in a library that several of its binaries can share.
//!
//! A library that a binary never names is not linked, and its checks are silently absent. So the binary names
//! it (`use orders_checks as _;` is enough) and lists the checks in `expect_checks`.

use std::{sync::LazyLock, time::Duration};

use actix_web::web;
use healthsdk::{
    Outcome,
    checks::{
        self,
        descriptors::{self, Usage},
        heartbeat::Heartbeat,
    },
    health_check,
};
use redis::aio::ConnectionManager;
use sqlx::PgPool;

/// A connection of the pool answers.
///
/// The pool belongs to this replica, the database behind it to all of them, and a run that fails has nearly
/// always met a fault of the second. Therefore `scope = "shared"`: a replica gets no traffic before it once
/// reached the database (a wrong password shows here), but when the database goes away later, the replicas
/// stay in the load balancer. They can still serve orders from the cache, and their own 503 says more than
/// the answer of a balancer without backends.
///
/// Where all connections are busy, that is a matter of this replica, and degraded: `exhausted`.
#[health_check(
    kind = "readiness",
    scope = "shared",
    timeout = "3s",
    cancel_after = "8s",
    tags = "storage",
    component = "datastore",
    description = "the orders themselves"
)]
async fn postgres(pool: web::Data<PgPool>) -> Outcome {
    checks::sqlx::ping(pool.get_ref()).await
}

/// The cache answers. Without it everything works, only slower, so a failure is no reason to send traffic
/// elsewhere.
#[health_check(
    kind = "readiness",
    failure_status = "degraded",
    tags = ["storage", "cache"],
    component = "datastore",
    description = "spares the database"
)]
async fn redis(cache: web::Data<ConnectionManager>) -> Outcome {
    checks::redis::ping(cache.get_ref()).await
}

/// The table exists. Nothing can be served before.
///
/// A startup probe that keeps failing gets the container killed, which does not mend a database: give that
/// probe minutes.
#[health_check(
    kind = "startup",
    allow_dependency,
    timeout = "3s",
    tags = "storage",
    description = "the table of orders exists"
)]
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
    tags = ["storage", "queue"],
    description = "orders are published soon after they are placed"
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

/// File descriptors are left for connections. It looks at `/proc`, so it is a plain `fn`.
#[health_check(
    kind = "readiness",
    interval = "10s",
    component = "system",
    description = "file descriptors are left for connections"
)]
fn descriptors() -> Usage {
    descriptors::usage()
}

/// For the publisher to beat after each pass, whether that worked or not.
pub static PUBLISHER: LazyLock<Heartbeat> = LazyLock::new(Heartbeat::new);

/// The task that publishes orders still goes round. It ends each pass in bounded time whatever its
/// dependencies do, so that only a fault of this process stops it, which a restart mends: that is what
/// liveness is for.
#[health_check(kind = "liveness", description = "the task that publishes orders still goes round")]
fn publisher() -> Outcome {
    PUBLISHER.age_within(Duration::from_mins(1))
}
