//! Who asks: well-behaved probers, rude ones, and the ordinary callers of the service.

pub(crate) mod polite;
pub(crate) mod rude;
pub(crate) mod traffic;

use crate::cast::TOKEN;
use crate::told::Caller;

/// A GET as it goes over the wire.
fn request(path: &str, caller: Caller) -> Vec<u8> {
    let token = match caller {
        Caller::Friend => format!("Authorization: Bearer {TOKEN}\r\n"),
        Caller::Stranger => String::new(),
        Caller::Impostor => format!("Authorization: Bearer no-{TOKEN}\r\n"),
    };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{token}\r\n").into_bytes()
}
