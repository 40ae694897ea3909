//! Memcached through a pool of the [`memcache`](https://docs.rs/memcache) client: the `version` with which the pool tests a connection
//! before it gives it away.
//!
//! - **Proves**: the pool has a connection to give, and the server answers on it.
//! - **Does not prove**: that the credentials are good, because servers may tell their version to anybody, or that there is
//!   memory for a write. A client of several servers has one pool each: make one check each.
//! - **Kind**: readiness; degraded by `failure_status` where the service can do without its cache.
//! - **Timeout**: the default, each 5 s. The client blocks its thread and waits for ever, unless the URL says `timeout=0.1`, in
//!   seconds: it must. Set the pool's `connection_timeout` to 1 s or so: half of it is how long the pool may take to find
//!   out that a server is back. Set its `min_idle` to 0: else, while a server accepts connections and does not answer on
//!   them, the pool makes and tests one after the other, and neither a run nor a request of the service ends.
//! - **Permission**: none.
//! - **Cost**: one round trip, of 9 and 16 bytes with `protocol=ascii`, of 24 and 30 in binary.
//!
//! It takes pools, because a `Client` hides those that it makes, and asks each server twice. A client shares them by
//! `Client::with_pool`:
//!
//! ```no_run
//! use std::time::Duration;
//! use memcache::{Client, ConnectionManager, Pool, Url};
//!
//! # fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let url = Url::parse("memcache://cache:11211?timeout=0.1&protocol=ascii")?;
//! let pool = Pool::builder()
//!     .max_size(10)
//!     .min_idle(Some(0))
//!     .connection_timeout(Duration::from_secs(1))
//!     .build_unchecked(ConnectionManager::new(url));
//! let client = Client::with_pool(pool.clone())?;
//! # Ok(()) }
//! ```
//!
//! The client does not notice that a connection broke, nor that a late answer is still on its way on one. What closes
//! such connections is the pool's test on check-out: without it the check fails and says so.

use std::{borrow::Cow, time::Duration};

use ::memcache::{Error, Pool};

use super::{
    failure::{Failure, cause_in},
    measure::{Latency, PATIENCE, PoolSize},
    pool::exhausted,
};
use crate::{Cause, Check, Component, Outcome};

/// How long the pool may take to open a connection.
const OPENING: Duration = Duration::from_secs(1);

/// Takes a connection out of the pool, which tests it with one `version`, and gives it back. It blocks its thread.
///
/// Where all connections are in use, and stay so for 50 ms, it is degraded as exhausted. Data: `latency_ms`,
/// `connections`, `idle`, `limit`.
///
/// ```standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(scope = "shared")]
/// fn memcached(cache: web::Data<memcache::Pool>) -> Outcome {
///     checks::memcache::ping(cache.get_ref())
/// }
/// ```
pub fn ping(pool: &Pool) -> Outcome {
    let size = size(pool);
    size.on(ask(pool).map_or_else(Outcome::from, |latency| latency.on(Outcome::ok())))
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # fn f(pool: memcache::Pool) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let monitor = Monitor::builder()
///     .check(checks::memcache::of("memcached", pool.clone()).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, pool: Pool) -> Check {
    Check::blocking(name, move || ping(&pool)).component(Component::Datastore)
}

fn ask(pool: &Pool) -> Result<Latency, Failure> {
    if !pool.test_on_check_out() {
        return Err(Failure::plain("the pool must test on check-out: `test_on_check_out(true)`"));
    }
    let full = size(pool).is_exhausted();
    let tested = Latency::start();
    let first = match pool.get_timeout(PATIENCE) {
        Ok(_) => return Ok(tested),
        Err(_) if full && size(pool).is_exhausted() => return Err(exhausted(size(pool))),
        Err(error) => error,
    };
    if let Some(failure) = failure(&first) {
        return Err(failure);
    }
    // The pool is still opening one.
    match pool.get_timeout(OPENING) {
        Ok(_) => Ok(tested),
        Err(last) => Err(failure(&last).unwrap_or_else(|| Failure::of(Some(Cause::TimedOut), &last))),
    }
}

/// Nothing where the pool does not say why. Of the client's error it keeps the text alone.
fn failure(error: &Error) -> Option<Failure> {
    let text = error.to_string();
    let refuses = || text.contains("uthenticat").then_some(Cause::Unauthenticated);
    let cause = cause_in(&text).or_else(refuses)?;
    Some(Failure::new(cause, text.trim_end()))
}

fn size(pool: &Pool) -> PoolSize {
    let state = pool.state();
    PoolSize {
        connections: state.connections as usize,
        idle: state.idle_connections as usize,
        limit: pool.max_size() as usize,
    }
}
