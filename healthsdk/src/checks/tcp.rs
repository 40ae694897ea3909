//! Servers of any kind, by a connection of TCP.
//!
//! - **Proves**: that something listens at the address, and that the way there is open.
//! - **Does not prove**: that it answers. The operating system accepts connections for a process that hangs, and a load balancer
//!   for servers that are gone. A check by the server's own protocol is better, where there is one.
//! - **Kind**: readiness, for what is needed for every request; otherwise with `failure_status` degraded.
//! - **Timeout**: 2 s: a packet that is lost is sent again after 1 s. The default
//!   interval, or a longer one where the server logs connections that say nothing.
//! - **Permission**: a firewall that lets through.
//! - **Cost**: the handshake of a connection and its end, and a place in the server's accept queue. It is the one check that
//!   opens a connection in each run, having no client whose own it could use. It is ended by a `FIN`, after which the server reads
//!   an orderly end; a reset would be an error in its log. Not for servers that speak first, such as MySQL, SMTP and SSH: they
//!   count a connection that was given up, and MySQL turns away a host with many. The port of this side rests for a minute, as always.
//!
//! A name is looked up as by [`dns`](https://docs.rs/healthsdk/latest/healthsdk/checks/dns), one lookup at a time. Addresses
//! are tried in their order, each after the one before has failed.

use std::{
    borrow::Cow,
    io,
    net::{IpAddr, SocketAddr},
};

use tokio::net::TcpStream;

use super::{
    failure::{Failure, cause_of},
    lookup::addresses,
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// Connects to `host:port`, and ends the connection. Data: `latency_ms`, without the lookup of a name, and `address`.
///
/// ```no_run
/// # async fn f() -> healthsdk::Outcome {
/// healthsdk::checks::tcp::connect("printer.internal:9100").await
/// # }
/// ```
pub async fn connect(address: &str) -> Outcome {
    match connected(address).await {
        Ok(outcome) => outcome,
        Err(failure) => failure.into(),
    }
}

/// A check that [`connect`]s, of component [`Component`](Component::Component).
///
/// ```
/// # fn f() -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, checks};
///
/// let monitor = Monitor::builder().check(checks::tcp::of("printer", "printer.internal:9100")).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, address: impl Into<String>) -> Check {
    let address = address.into();
    let connect = move || {
        let address = address.clone();
        async move { connect(&address).await }
    };
    Check::new(name, connect).component(Component::Component)
}

async fn connected(address: &str) -> Result<Outcome, Failure> {
    let (host, port) = parts(address)
        .ok_or_else(|| Failure::new(Cause::Unresolved, format_args!("{address:?} is not host:port")))?;
    let candidates = match host.parse::<IpAddr>() {
        Ok(ip) => vec![ip],
        Err(_) => addresses(host).await?,
    };
    let mut failed = Failure::new(Cause::Unresolved, "the name has no address");
    for ip in candidates {
        let latency = Latency::start();
        let candidate = SocketAddr::new(ip, port);
        match TcpStream::connect(candidate).await {
            Ok(_) => return Ok(latency.on(Outcome::ok()).with("address", candidate.to_string())),
            Err(error) => failed = failure(candidate, &error),
        }
    }
    Err(failed)
}

/// `[::1]:80` without its brackets, too.
fn parts(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Some((host, port.parse().ok()?)).filter(|(host, _)| !host.is_empty())
}

fn failure(address: SocketAddr, error: &io::Error) -> Failure {
    match cause_of(error) {
        Some(cause) => Failure::new(cause, format_args!("{address}: {error}")),
        None => Failure::of(None, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port() {
        assert_eq!(parts("db.internal:5432"), Some(("db.internal", 5432)));
        assert_eq!(parts("[::1]:80"), Some(("::1", 80)));
        for odd in ["db.internal", "db.internal:", ":80", "db.internal:port", "db.internal:65536"] {
            assert_eq!(parts(odd), None, "{odd}");
        }
    }
}
