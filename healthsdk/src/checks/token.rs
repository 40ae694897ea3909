//! When a token expires: of JWT, OAuth or any other sort that is fetched again before its end.
//!
//! - **Proves**: that the token which the service holds has not expired by this machine's clock.
//! - **Does not prove**: that the token is genuine, was not revoked, or allows anything. Nobody is asked.
//! - **Kind**: readiness. Not liveness: whoever issues tokens may be down.
//! - **Timeout**: the default, and the default interval. Degraded from a minute before the end; with
//!   [`degraded_before`](Expiry::degraded_before) less than what is left when the service fetches the next, so that degraded means: it was not renewed in time.
//! - **Permission**: none.
//! - **Cost**: one call of the closure. The token itself appears nowhere in the outcome.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

pub use super::expiry::Expiry;
use super::expiry::Validity;
use crate::{Check, Outcome};

const WHAT: &str = "token";
/// Less than what the common clients of OAuth leave when they renew.
const DEGRADED_BEFORE: Duration = Duration::from_secs(60);

/// Says when a token expires. `None`, because there is none yet, is an error.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use healthsdk::{IntoOutcome, Status, checks};
///
/// let soon = SystemTime::now() + Duration::from_secs(200);
/// let expiry = checks::token::expiry(Some(soon)).degraded_before(Duration::from_secs(300));
/// assert_eq!(expiry.into_outcome().status(), Status::Degraded);
/// ```
pub fn expiry(expires: impl Into<Option<SystemTime>>) -> Expiry {
    match expires.into() {
        Some(ends) => Expiry::new(WHAT, Validity { begins: None, ends }, DEGRADED_BEFORE),
        None => Expiry::unknown(WHAT, Outcome::error("there is no token")),
    }
}

/// The `exp` of a JSON Web Token, without a look at its signature. `None` where it has none, or is no such token.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use healthsdk::checks::token;
///
/// let jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.";
/// assert_eq!(token::jwt_expires(jwt), Some(UNIX_EPOCH + Duration::from_secs(1_893_456_000)));
/// ```
pub fn jwt_expires(token: &str) -> Option<SystemTime> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    let mut parts = token.trim().split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(exp).ok()?)
}

/// A check of when the token expires that the service holds now.
///
/// From a closure, or from the `watch` channel of whatever renews it:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use healthsdk::{Monitor, checks};
/// use tokio::sync::watch;
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let (renewed, expires) = watch::channel(None);
/// renewed.send_replace(Some(SystemTime::now() + Duration::from_secs(3600)));
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::token::of("billing-token", move || *expires.borrow()))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
///
/// The closure may also return an [`Expiry`]: `move || checks::token::expiry(*expires.borrow()).degraded_before(..)`.
#[track_caller]
pub fn of<F, E>(name: impl Into<Cow<'static, str>>, expires: F) -> Check
where
    F: Fn() -> E + Send + Sync + 'static,
    E: Into<Expiry>,
{
    Check::blocking(name, move || -> Expiry { expires().into() })
}

impl From<Option<SystemTime>> for Expiry {
    fn from(expires: Option<SystemTime>) -> Self {
        expiry(expires)
    }
}

impl From<SystemTime> for Expiry {
    fn from(expires: SystemTime) -> Self {
        expiry(expires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IntoOutcome, Status};

    fn jwt(claims: &str) -> String {
        format!("{}.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode("{}"), BASE64_URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn no_token_is_an_error() {
        let outcome = expiry(None).into_outcome();
        assert_eq!((outcome.status(), outcome.message()), (Status::Error, Some("there is no token")));
    }

    #[test]
    fn the_end_of_a_jwt_is_read_and_of_anything_else_is_not() {
        let at = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(jwt_expires(&jwt(r#"{"sub":"me","exp":1700000000}"#)), at(1_700_000_000));
        assert_eq!(jwt_expires(&format!("{}\n", jwt(r#"{"exp":1.7e9}"#))), at(1_700_000_000));
        for claims in [r#"{"sub":"me"}"#, r#"{"exp":"soon"}"#, r#"{"exp":-5}"#, r#"{"exp":1e300}"#, "exp"] {
            assert_eq!(jwt_expires(&jwt(claims)), None, "{claims}");
        }
        for token in ["", "opaque", "a.b.c", "a.b.c.d.e", "..", "ÿ.ÿ.ÿ"] {
            assert_eq!(jwt_expires(token), None, "{token}");
        }
    }
}
