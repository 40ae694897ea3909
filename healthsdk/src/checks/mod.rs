//! Ready-made checks of what services depend on, each behind the feature of its name.
//!
//! A check looks at the connection to a dependency, not at what the dependency can do. It takes the client or the pool
//! that the service uses, so that it opens no connection of its own and fails when the service would. Only [`tcp`] and [`tls`]
//! connect in each run, because that is what they look at.
//!
//! Each module has a function that says once how things stand, for a check of one's own,
//!
//! ```standalone_crate
//! # #[cfg(feature = "redis")] mod example {
//! use actix_web::web;
//! use healthsdk::{Outcome, checks, health_check};
//! use redis::aio::ConnectionManager;
//!
//! #[health_check(kind = "readiness", scope = "shared")]
//! async fn redis(cache: web::Data<ConnectionManager>) -> Outcome {
//!     checks::redis::ping(cache.get_ref()).await
//! }
//! # }
//! ```
//!
//! and a function `of` that makes a [`Check`](crate::Check) for the builder:
//!
//! ```
//! # #[cfg(feature = "redis")]
//! # fn f(cache: redis::aio::ConnectionManager) -> Result<(), healthsdk::BuildError> {
//! use healthsdk::{Monitor, Scope, checks};
//!
//! let monitor = Monitor::builder()
//!     .check(checks::redis::of("redis", cache).scope(Scope::Shared))
//!     .build()?;
//! # drop(monitor); Ok(()) }
//! ```
//!
//! Outcomes that failed tell their [`Cause`](crate::Cause) apart from the message. A pool without a free connection is
//! [`Cause::Exhausted`](crate::Cause::Exhausted) and degraded: that this process is busy says nothing about the database.
//! Such a run neither mends a check that failed nor lets one pass that never did. A service that would rather be taken out of traffic looks at [`Outcome::cause`](crate::Outcome::cause).
//!
//! A run that is dropped, at `cancel_after` or at the end, leaves no connection of the pool behind in an unknown state.
//!
//! # Which ones, and how
//!
//! - Check what requests of users need, and nothing else: every further check is one more way to be out of traffic.
//! - Readiness is the kind of nearly all. Liveness and startup get a container killed, which mends no database; only
//!   a heartbeat of the process's own belongs there.
//! - All replicas share a database: [`Scope::Shared`](crate::Scope::Shared) keeps them in traffic when it goes away, with their own
//!   answers instead of none. What the service can do without has
//!   [`failure_status`](crate::Check::failure_status) degraded.
//! - The default timeout of 1 s is right for nearly all. A check on a connection that is open takes milliseconds, but now and then
//!   one waits for a lost packet or a pause: say less only where less than one answer in 1000 takes longer (a figure is in
//!   [`docs/scaling.md`](https://github.com/healthsdk/healthsdk/blob/main/docs/scaling.md#false-alarms)), and tell slow answers by
//!   [`degraded_above`](crate::Check::degraded_above). Limits of the client itself, such as the time in which it connects, are best below it: then the client says why,
//!   not the clock.
//! - The default interval of 5 s suits what costs one round trip. Give what is paid for by request an interval of 30 s or
//!   more, or a `ttl`.
//!
//! The head of each module says what its check proves and what not, of which kind it is, which timeout fits, which permission
//! the account needs, and what a run costs. What each says when its server is killed, paused, cut off, slow or full is in
//! [the fault matrix](https://github.com/healthsdk/healthsdk/blob/main/docs/fault-matrix.md).

#[cfg(any(feature = "certificate", feature = "token"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod expiry;
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod failure;
#[cfg(any(feature = "dns", feature = "tcp"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod lookup;
#[cfg(any(feature = "async-nats", feature = "lapin"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod meanwhile;
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod measure;
#[cfg(any(
    feature = "bb8-postgres",
    feature = "bb8-redis",
    feature = "deadpool-postgres",
    feature = "deadpool-redis",
    feature = "diesel",
    feature = "memcache",
    feature = "sqlx"
))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod pool;
#[cfg(any(feature = "bb8-postgres", feature = "deadpool-postgres", feature = "sqlx"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod sqlstate;
#[cfg(any(feature = "descriptors", feature = "memory", feature = "threads"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
#[cfg_attr(target_os = "linux", path = "system/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "system/elsewhere.rs")]
mod system;
#[cfg(any(feature = "bb8-postgres", feature = "deadpool-postgres"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
mod tokio_postgres;

#[cfg(feature = "actix-workers")]
pub mod actix_workers;
#[cfg(feature = "async-nats")]
pub mod async_nats;
#[cfg(feature = "awc")]
pub mod awc;
#[cfg(feature = "bb8-postgres")]
pub mod bb8_postgres;
#[cfg(feature = "bb8-redis")]
pub mod bb8_redis;
#[cfg(feature = "certificate")]
pub mod certificate;
#[cfg(feature = "deadpool-postgres")]
pub mod deadpool_postgres;
#[cfg(feature = "deadpool-redis")]
pub mod deadpool_redis;
#[cfg(feature = "descriptors")]
pub mod descriptors;
#[cfg(feature = "diesel")]
pub mod diesel;
#[cfg(all(feature = "disk", unix))]
pub mod disk;
#[cfg(feature = "dns")]
pub mod dns;
#[cfg(feature = "heartbeat")]
pub mod heartbeat;
#[cfg(feature = "hickory-resolver")]
pub mod hickory_resolver;
#[cfg(any(feature = "awc", feature = "reqwest"))]
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]
pub mod http;
#[cfg(feature = "lapin")]
pub mod lapin;
#[cfg(feature = "memcache")]
pub mod memcache;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(feature = "object_store")]
pub mod object_store;
#[cfg(feature = "rdkafka")]
pub mod rdkafka;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "saturation")]
pub mod saturation;
#[cfg(feature = "sqlx")]
pub mod sqlx;
#[cfg(feature = "tcp")]
pub mod tcp;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(feature = "token")]
pub mod token;
#[cfg(feature = "tokio-runtime")]
pub mod tokio_runtime;
#[cfg(feature = "tonic")]
pub mod tonic;
