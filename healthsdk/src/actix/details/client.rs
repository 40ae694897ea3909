//! Who asks, where others may have passed the request on.

use std::net::{IpAddr, SocketAddr};

use actix_web::{
    HttpRequest,
    http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR},
};

/// Headers by which proxies tell who asked them, but for those that begin with [`FAMILIES`].
const NAMES: [&str; 12] = [
    "forwarded",
    "via",
    "x-real-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "x-client-ip",
    "x-cluster-client-ip",
    "fastly-client-ip",
    "x-remote-ip",
    "x-remote-addr",
    "x-appengine-user-ip",
];
const FAMILIES: [&str; 3] = ["x-forwarded", "x-envoy-", "x-original-"];

/// The other end of the connection; an IPv4 address inside of an IPv6 one is that IPv4 address.
pub(super) fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip().to_canonical())
}

/// Whether some header says that another asked first.
pub(super) fn is_passed_on(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        NAMES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
    })
}

/// The right-most address of a proxy's header that is no proxy; `None` where that is not to be known.
pub(super) fn behind(headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let (name, hop): (_, fn(&str) -> Option<IpAddr>) =
        match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(FORWARDED)) {
            (true, false) => (X_FORWARDED_FOR, address),
            (false, true) => (FORWARDED, element),
            _ => return None,
        };
    for text in listed(headers, &name)?.into_iter().rev() {
        let hop = hop(text)?;
        if !is_proxy(hop) {
            return Some(hop);
        }
    }
    None
}

/// The elements of all values, in their order; `None` where one value is no text, or leaves open where its quotes end.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    let values = headers.get_all(name).map(|value| value.to_str().ok().filter(|text| is_closed(text)));
    let values: Vec<_> = values.collect::<Option<_>>()?;
    Some(values.into_iter().flat_map(|value| split(value, ',')).collect())
}

/// A quote that a stranger leaves open would swallow what the proxy appends.
fn is_closed(value: &str) -> bool {
    !value.contains('\\') && value.matches('"').count().is_multiple_of(2)
}

/// Splits where the separator is in no quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .map(str::trim)
}

/// `for=192.0.2.60;proto=http`.
fn element(element: &str) -> Option<IpAddr> {
    let mut pairs = split(element, ';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    address(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// An address with or without a port, of IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))?;
    Some(IpAddr::to_canonical(&ip))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn told(lines: &[(&'static str, &'static str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let proxy = |ip: IpAddr| ["10.0.0.1", "10.0.0.2", "fd00::1"].contains(&ip.to_string().as_str());
        behind(&headers, proxy).map(|ip| ip.to_string())
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_counts() {
        const XFF: &str = "x-forwarded-for";
        for (lines, client) in [
            (&[(XFF, "192.0.2.1")][..], Some("192.0.2.1")),
            (&[(XFF, "6.6.6.6, 192.0.2.1, 10.0.0.2")], Some("192.0.2.1")),
            (&[(XFF, "6.6.6.6"), (XFF, "192.0.2.1,10.0.0.1")], Some("192.0.2.1")),
            (&[(XFF, "6.6.6.6, 192.0.2.1:4711")], Some("192.0.2.1")),
            (&[(XFF, "::ffff:192.0.2.1")], Some("192.0.2.1")),
            (&[(XFF, "[2001:db8::1]:80, fd00::1")], Some("2001:db8::1")),
            (&[(XFF, "192.0.2.1, unknown")], None),
            (&[(XFF, "192.0.2.1,")], None),
            (&[(XFF, "10.0.0.2, 10.0.0.1")], None),
            (&[(XFF, "")], None),
            (&[("forwarded", "for=6.6.6.6, For=\"[2001:db8::1]:4711\";proto=https")], Some("2001:db8::1")),
            (&[("forwarded", "by=\"a,b\";for=192.0.2.1;host=x")], Some("192.0.2.1")),
            (&[("forwarded", "for=192.0.2.1, for=_hidden")], None),
            (&[("forwarded", "for=192.0.2.1, proto=https")], None),
            (&[("forwarded", "for=192.0.2.1;x=\", for=6.6.6.6")], None),
            (&[("forwarded", "for=192.0.2.1;x=\"\\\"\", for=6.6.6.6")], None),
            (&[("forwarded", "for=192.0.2.1;x=\""), ("forwarded", "for=6.6.6.6")], None),
            (&[("forwarded", "for=192.0.2.1"), (XFF, "192.0.2.1")], None),
            (&[("x-real-ip", "192.0.2.1")], None),
            (&[], None),
        ] {
            assert_eq!(told(lines).as_deref(), client, "{lines:?}");
        }
    }
}
