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
    /// Whom one of two lets pass, see [`Details::or`].
    Or(Or),
}

/// A token that is compared in constant time and never printed.
#[derive(Clone)]
pub struct Bearer(Arc<[u8]>);

/// A guard of the user's own.
#[derive(Clone)]
pub struct When(Arc<dyn Guard + Send + Sync>);

/// One or the other.
#[derive(Clone, Debug)]
pub struct Or(Arc<[Details; 2]>);

impl Details {
    /// Callers that send `Authorization: Bearer <token>`. The token is compared in constant time.
    ///
    /// Building the monitor fails where the token is empty or has a character that a header cannot carry: such a
    /// token would never, or always, match.
    pub fn bearer(token: impl AsRef<str>) -> Self {
        Self::Bearer(Bearer::new(token.as_ref()))
    }

    /// Callers for whom the guard is true: of an address, of a certificate, with a session. A guard runs for each
    /// request, on the worker, and must not block.
    pub fn when(guard: impl Guard + Send + Sync + 'static) -> Self {
        Self::When(When(Arc::new(guard)))
    }

    /// Callers whom this or the other lets pass: a token or a guard, or two tokens while one takes the place of the
    /// other.
    ///
    /// ```
    /// # use healthsdk::Details;
    /// let rotating = Details::bearer("the token of today").or(Details::bearer("the token of yesterday"));
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::Or(Or(Arc::new([self, other])))
    }

    pub(crate) fn allow(&self, request: &HttpRequest) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Bearer(token) => token.matches(request),
            // Both are asked, so that the time tells nothing of the first.
            Self::Or(Or(either)) => either.iter().fold(false, |allowed, one| one.allow(request) | allowed),
            Self::When(guard) => {
                let request = ServiceRequest::from_parts(request.clone(), Payload::None);
                guard.0.check(&request.guard_ctx())
            }
        }
    }

    /// Whether some callers are authorised and others not.
    pub(crate) fn tells_apart(&self) -> bool {
        match self {
            Self::Never | Self::Always => false,
            Self::Bearer(_) | Self::When(_) => true,
            Self::Or(Or(either)) => {
                !either.iter().any(|one| matches!(one, Self::Always)) && either.iter().any(Self::tells_apart)
            }
        }
    }

    /// Who is told more than the status, in words.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Never => "nobody".to_owned(),
            Self::Always => "everybody".to_owned(),
            Self::Bearer(_) => "who sends the token".to_owned(),
            Self::When(_) => "whom a guard of the service lets pass".to_owned(),
            Self::Or(Or(either)) => either.iter().map(Self::told).collect::<Vec<_>>().join(", or "),
        }
    }

    pub(crate) fn fault(&self) -> Option<String> {
        if let Self::Or(Or(either)) = self {
            return either.iter().find_map(Self::fault);
        }
        let Self::Bearer(token) = self else { return None };
        token.fault("Details::bearer", "use `Details::Never`")
    }
}

impl Bearer {
    pub(crate) fn new(token: &str) -> Self {
        Self(token.as_bytes().into())
    }

    pub(crate) fn fault(&self, of: &str, instead: &str) -> Option<String> {
        if self.0.is_empty() {
            return Some(format!("the token of `{of}` is empty; give a long random one, or {instead}"));
        }
        let illegal = self.0.iter().any(|byte| !byte.is_ascii_graphic());
        illegal.then(|| {
            format!(
                "the token of `{of}` has a character that no header can carry (a line end, perhaps); use visible ASCII characters \
                 without spaces, and `.trim()` what was read from a file"
            )
        })
    }

    pub(super) fn matches(&self, request: &HttpRequest) -> bool {
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
            Self::Or(_) => "Or(..)",
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
