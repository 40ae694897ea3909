use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::{
    HttpRequest,
    http::{header::HOST, uri::Authority},
};

use super::client;

/// Whether somebody on this machine asks a server that nobody else can reach.
pub(super) fn is_local(request: &HttpRequest) -> bool {
    let bound = request.app_config().local_addr().ip().to_canonical();
    bound.is_loopback()
        && client::peer(request).is_some_and(is_exact)
        && !client::is_passed_on(request.headers())
        && is_called_local(request)
}

/// A mesh delivers what strangers ask from `127.0.0.6`.
fn is_exact(peer: IpAddr) -> bool {
    peer == Ipv4Addr::LOCALHOST || peer == Ipv6Addr::LOCALHOST
}

/// A page in a browser on this machine that has a name of its own turned to loopback calls the server by that name.
fn is_called_local(request: &HttpRequest) -> bool {
    let hosts = request.headers().get_all(HOST).map(|host| host.to_str().unwrap_or_default());
    let mut hosts = hosts.chain(request.uri().authority().map(Authority::as_str)).peekable();
    hosts.peek().is_some() && hosts.all(is_loopback_name)
}

fn is_loopback_name(host: &str) -> bool {
    let (name, port) = match host.rfind(':').filter(|at| !host[*at..].contains(']')) {
        Some(at) => (&host[..at], &host[at + 1..]),
        None => (host, ""),
    };
    port.bytes().all(|byte| byte.is_ascii_digit())
        && ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| name.eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_loopback_are_these_alone() {
        for host in
            ["localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8080", "localhost:"]
        {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "localhost.",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "127.0.0.6",
            "::1",
            "[::1",
            "[::2]:80",
            "user@localhost",
            "localhost:80:80",
            "localhost:x",
            "example.org",
            "0.0.0.0",
        ] {
            assert!(!is_loopback_name(host), "{host}");
        }
    }
}
