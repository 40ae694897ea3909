//! Names, through the operating system's resolver: what most clients use.
//!
//! - **Proves**: that the name has an address now, as far as the operating system knows: by `/etc/hosts`, a local cache, or DNS.
//! - **Does not prove**: that anything is at the address, or that a DNS server answers, where a cache does.
//! - **Kind**: readiness, with `failure_status` degraded. A check of the dependency itself fails when its name is not found, and
//!   says so; this one is for names that are used rarely.
//! - **Timeout**: 1 s or more, since a server that does not answer is asked again only after 5 s. An interval of 30 s.
//! - **Permission**: none.
//! - **Cost**: one lookup, of two questions to a DNS server (`A` and `AAAA`), and more for each domain that is searched: end the
//!   name with a dot against that. A thread is blocked until the operating system gives up, which can take half a minute. It
//!   cannot be stopped, so that in a process there is never more than one for a name: who asks meanwhile waits for the same.
//!
//! The reason why a name is not found is in the message alone. That a server did not answer is no cause of its own.

use std::{borrow::Cow, net::IpAddr};

use super::{lookup::addresses, measure::Latency};
use crate::{Check, Component, Outcome};

/// The most addresses that are told.
const TOLD: usize = 8;

/// Looks up the name of a host. Data: `latency_ms` and `addresses`.
///
/// ```
/// # async fn f() {
/// let outcome = healthsdk::checks::dns::resolve("localhost").await;
/// assert_eq!(outcome.status(), healthsdk::Status::Ok);
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(f());
/// ```
pub async fn resolve(host: &str) -> Outcome {
    let latency = Latency::start();
    match addresses(host).await {
        Ok(addresses) => latency.on(Outcome::ok()).with("addresses", told(addresses)),
        Err(failure) => failure.into(),
    }
}

/// A check that [`resolve`]s, of component [`System`](Component::System).
///
/// ```
/// # fn f() -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Status, checks};
///
/// let dns = checks::dns::of("dns", "archive.example.com.").failure_status(Status::Degraded);
/// let monitor = Monitor::builder().check(dns).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, host: impl Into<String>) -> Check {
    let host = host.into();
    let resolve = move || {
        let host = host.clone();
        async move { resolve(&host).await }
    };
    Check::new(name, resolve).component(Component::System)
}

fn told(addresses: Vec<IpAddr>) -> Vec<String> {
    addresses.into_iter().take(TOLD).map(|address| address.to_string()).collect()
}
