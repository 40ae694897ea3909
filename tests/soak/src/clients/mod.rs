//! Who asks: well-behaved probers, rude ones, and the ordinary callers of the service.

pub(crate) mod polite;
pub(crate) mod rude;
pub(crate) mod traffic;

use crate::cast::TOKEN;

/// A GET as it goes over the wire; `trusted` with the token.
fn request(path: &str, trusted: bool) -> Vec<u8> {
    let token = if trusted { format!("Authorization: Bearer {TOKEN}\r\n") } else { String::new() };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{token}\r\n").into_bytes()
}
