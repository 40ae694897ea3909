use std::{fmt, sync::Arc};

use actix_web::{
    HttpRequest,
    dev::{Payload, ServiceRequest},
    guard::Guard,
    http::header::AUTHORIZATION,
};
use subtle::ConstantTimeEq;

/// Who is told more than the status: names, messages, durations, data.
///
/// ```
/// use healthsdk::Details;
///
/// let never = Details::default();
/// let token = Details::bearer("a long random token, from a secret");
/// let loopback = Details::when(|context: &actix_web::guard::GuardContext<'_>| {
///     context.head().peer_addr.is_some_and(|peer| peer.ip().is_loopback())
/// });
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Details {
    /// Nobody.
    #[default]
    Never,
    /// Everybody: for a port that only trusted callers reach.
    Always,
    /// Who sends the token, see [`Details::bearer`].
    Bearer(Bearer),
    /// Whom a guard lets pass, see [`Details::when`].
    When(When),
}

/// A token that is compared in constant time and never printed.
#[derive(Clone)]
pub struct Bearer(Arc<[u8]>);

/// A guard of the user's own.
#[derive(Clone)]
pub struct When(Arc<dyn Guard + Send + Sync>);

impl Details {
    /// Callers that send `Authorization: Bearer <token>`. The token is compared in constant time.
    ///
    /// Building the monitor fails where the token is empty or has a character that a header cannot carry: such a
    /// token would never, or always, match.
    pub fn bearer(token: impl AsRef<str>) -> Self {
        Self::Bearer(Bearer(token.as_ref().as_bytes().into()))
    }

    /// Callers for whom the guard is true: of an address, of a certificate, with a session. A guard runs for each
    /// request, on the worker, and must not block.
    pub fn when(guard: impl Guard + Send + Sync + 'static) -> Self {
        Self::When(When(Arc::new(guard)))
    }

    pub(crate) fn allow(&self, request: &HttpRequest) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Bearer(token) => token.matches(request),
            Self::When(guard) => {
                let request = ServiceRequest::from_parts(request.clone(), Payload::None);
                guard.0.check(&request.guard_ctx())
            }
        }
    }

    /// Whether some callers are authorised and others not.
    pub(crate) fn tells_apart(&self) -> bool {
        matches!(self, Self::Bearer(_) | Self::When(_))
    }

    pub(crate) fn fault(&self) -> Option<String> {
        let Self::Bearer(Bearer(token)) = self else { return None };
        if token.is_empty() {
            return Some(
                "the token of `Details::bearer` is empty; give a long random one, or use `Details::Never`"
                    .to_owned(),
            );
        }
        let illegal = token.iter().any(|byte| !byte.is_ascii_graphic());
        illegal.then(|| {
            "the token of `Details::bearer` has a character that no header can carry (a line end, perhaps); use visible ASCII \
             characters without spaces, and `.trim()` what was read from a file"
                .to_owned()
        })
    }
}

impl Bearer {
    fn matches(&self, request: &HttpRequest) -> bool {
        let Some(value) = request.headers().get(AUTHORIZATION) else { return false };
        let Some((scheme, token)) = value.as_bytes().split_at_checked("Bearer ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Bearer ") && token.ct_eq(&self.0).into()
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "Never",
            Self::Always => "Always",
            Self::Bearer(_) => "Bearer(..)",
            Self::When(_) => "When(..)",
        })
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("When(..)")
    }
}
