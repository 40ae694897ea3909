use actix_web::{
    http::header::{AUTHORIZATION, FORWARDED, HeaderName, HeaderValue, X_FORWARDED_FOR},
    test::TestRequest,
};
use healthsdk::{Details, fuzzing};

const TOKEN: &str = "a-token-that-nobody-guesses";
/// Nearly all addresses, but for the stranger's; the proxy's is among them.
const NETWORKS: [&str; 3] = ["0.0.0.0/1", "::/1", "8000::/1"];
const STRANGER: &str = "203.0.113.9";
const PROXY: &str = "10.0.0.1";

type Header = (HeaderName, HeaderValue);

/// A stranger who writes whatever headers is told nothing: neither straight, nor behind a proxy that appends his address.
pub fn details(input: &[u8]) {
    let headers: Vec<_> = input.split(|byte| *byte == b'\n').filter_map(header).collect();
    let networks = Details::cidr(NETWORKS);
    let behind = Details::cidr_behind(NETWORKS, [PROXY]);
    assert!(!told(&behind, STRANGER, &headers), "straight");
    assert!(!told(&networks, STRANGER, &headers), "straight, and no proxy is known");
    for (name, hop) in [(X_FORWARDED_FOR, STRANGER.to_owned()), (FORWARDED, format!("for={STRANGER}"))] {
        let hop = HeaderValue::try_from(hop).expect("it is legal");
        let apart: Vec<_> = headers.iter().cloned().chain([(name.clone(), hop.clone())]).collect();
        assert!(!told(&behind, PROXY, &apart), "with a line of its own in {name}");
        assert!(!told(&networks, PROXY, &apart), "passed on by a proxy that is not known");
        assert!(!told(&behind, PROXY, &appended(&headers, &name, &hop)), "in the same line of {name}");
    }
    let bearer = headers.iter().find(|(name, _)| *name == AUTHORIZATION);
    let right = bearer.is_some_and(|(_, value)| is_right(value.as_bytes()));
    assert_eq!(told(&Details::bearer(TOKEN), STRANGER, &headers), right, "the token decides");
    let local = told(&Details::loopback(), "127.0.0.1", &headers);
    assert!(
        !local || headers.iter().all(|(name, _)| *name != X_FORWARDED_FOR && *name != FORWARDED),
        "passed on"
    );
}

fn header(line: &[u8]) -> Option<Header> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
}

/// As a proxy does that makes one line of all.
fn appended(headers: &[Header], name: &HeaderName, hop: &HeaderValue) -> Vec<Header> {
    let (same, mut others): (Vec<_>, Vec<_>) =
        headers.iter().cloned().partition(|(header, _)| header == name);
    let values = same.iter().map(|(_, value)| value.as_bytes()).chain([hop.as_bytes()]);
    let line = values.collect::<Vec<_>>().join(&b", "[..]);
    others.push((name.clone(), HeaderValue::from_bytes(&line).expect("its parts are legal")));
    others
}

fn is_right(value: &[u8]) -> bool {
    value
        .split_at_checked(7)
        .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case(b"bearer ") && token == TOKEN.as_bytes())
}

fn told(details: &Details, peer: &str, headers: &[Header]) -> bool {
    let peer = format!("{peer}:4711").parse().expect("it is an address");
    let request = TestRequest::get().uri("/health").peer_addr(peer);
    let request = headers.iter().cloned().fold(request, TestRequest::append_header);
    fuzzing::allows(details, &request.to_http_request())
}
