//! Names, through the resolver of the service, [`hickory_resolver`](https://docs.rs/hickory_resolver).
//!
//! - **Proves**: that the service can resolve the name now, by its own resolver.
//! - **Does not prove**: that a server answers, while the name is in the resolver's cache, or that anything is at the address.
//!   Where the server itself matters, give the check a resolver of its own with `cache_size` 0.
//! - **Kind**: readiness, with `failure_status` degraded. A check of the dependency itself fails when its name is not found, and
//!   says so; this one is for names that are used rarely.
//! - **Timeout**: 1 s, or above the resolver's own `timeout`, which is 5 s for each of two `attempts`: shorten that to have the
//!   second attempt within the check's time. An interval of 30 s.
//! - **Permission**: a server that answers this machine.
//! - **Cost**: nothing from the cache; otherwise two questions at once, for `A` and `AAAA`, or what else the resolver's
//!   `ip_strategy` says, and more for each domain that is searched: end the name with a dot against that.
//!
//! A run that is dropped ends its questions; nothing is held.

use std::borrow::Cow;

use ::hickory_resolver::{
    ConnectionProvider, Resolver,
    net::{DnsError, NetError},
    proto::op::ResponseCode,
};

use super::{
    failure::{Failure, cause_of},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// The most addresses that are told.
const TOLD: usize = 8;

/// Looks up the addresses of a host. Data: `latency_ms` and `addresses`.
///
/// ```no_run
/// # async fn f(resolver: hickory_resolver::TokioResolver) -> healthsdk::Outcome {
/// healthsdk::checks::hickory_resolver::resolve(&resolver, "archive.example.com.").await
/// # }
/// ```
pub async fn resolve<P: ConnectionProvider>(resolver: &Resolver<P>, host: &str) -> Outcome {
    let latency = Latency::start();
    match resolver.lookup_ip(host).await {
        Ok(found) => {
            let told: Vec<_> = found.iter().take(TOLD).map(|address| address.to_string()).collect();
            latency.on(Outcome::ok()).with("addresses", told)
        }
        Err(error) => failure(&error).into(),
    }
}

/// A check that [`resolve`]s, of component [`System`](Component::System).
///
/// ```
/// # fn f(resolver: hickory_resolver::TokioResolver) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Status, checks};
///
/// let dns = checks::hickory_resolver::of("dns", resolver, "archive.example.com.");
/// let monitor = Monitor::builder().check(dns.failure_status(Status::Degraded)).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<P: ConnectionProvider>(
    name: impl Into<Cow<'static, str>>,
    resolver: Resolver<P>,
    host: impl Into<String>,
) -> Check {
    let host = host.into();
    let resolve = move || {
        let (resolver, host) = (resolver.clone(), host.clone());
        async move { resolve(&resolver, &host).await }
    };
    Check::new(name, resolve).component(Component::System)
}

fn failure(error: &NetError) -> Failure {
    let cause = match error {
        NetError::Dns(DnsError::NoRecordsFound(found)) => match found.response_code {
            ResponseCode::ServFail => Some(Cause::Unavailable),
            ResponseCode::Refused => Some(Cause::Unauthenticated),
            _ => Some(Cause::Unresolved),
        },
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => Some(Cause::Unauthenticated),
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => Some(Cause::Unavailable),
        NetError::Timeout => Some(Cause::TimedOut),
        NetError::Busy => Some(Cause::Exhausted),
        NetError::Io(error) => cause_of(error),
        // It tells no more, whether connecting failed or the connection was lost.
        NetError::NoConnections => Some(Cause::Refused),
        NetError::Dns(_) | NetError::Proto(_) | NetError::QueryCaseMismatch | NetError::Truncated => {
            Some(Cause::WrongAnswer)
        }
        _ => None,
    };
    Failure::of(cause, error)
}
