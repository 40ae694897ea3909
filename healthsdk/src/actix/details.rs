use std::{fmt, path::Path, sync::Arc};

use actix_web::{
    HttpRequest,
    dev::{Payload, ServiceRequest},
    guard::Guard,
};

mod address;
mod bearer;
mod client;
mod file;
mod loopback;
#[cfg(feature = "dashboard")]
mod password;

pub(crate) use bearer::Bearer;

use address::Networks;
use file::TokenFile;

use crate::{Check, guarded, observe};

/// Who is told more than the status: names, messages, durations, data.
///
/// ```
/// use healthsdk::Details;
///
/// let never = Details::default();
/// let token = Details::bearer("a-long-random-token-from-a-secret");
/// let here = Details::loopback().or(token);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Details {
    /// Nobody.
    #[default]
    Never,
    /// Everybody: for a port that only trusted callers reach, and no browser, which a page can turn to it by DNS rebinding.
    Always,
    /// Who sends a token, see [`Details::bearer`].
    Bearer(Bearer),
    /// Who sends a token of a file, see [`Details::bearer_file`].
    BearerFile(TokenFile),
    /// Who is on this machine, see [`Details::loopback`].
    Loopback,
    /// Who asks from some networks, see [`Details::cidr`].
    Cidr(Networks),
    /// Who asks the port of its own, see [`Details::listener`].
    Listener,
    /// Whom a guard lets pass, see [`Details::when`].
    When(When),
    /// Whom one of two lets pass, see [`Details::or`].
    Or(Or),
}

/// A guard of the user's own.
#[derive(Clone)]
pub struct When(Arc<dyn Guard + Send + Sync>);

/// One or the other.
#[derive(Clone, Debug)]
pub struct Or(Arc<[Details; 2]>);

/// What the `App` of [`Monitor::serve`](crate::Monitor::serve) has, and no other.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnListener;

impl Details {
    /// Callers that send `Authorization: Bearer <token>`. The token is compared in constant time.
    ///
    /// Building the monitor fails where the token is empty, has more than 1024 bytes or a character that a header cannot carry: such a
    /// token would never, or always, match.
    pub fn bearer(token: impl AsRef<str>) -> Self {
        Self::bearers([token])
    }

    /// Callers that send one of these tokens, so that one can take the place of the other: see [`bearer`](Self::bearer). Each is compared,
    /// whichever matches.
    ///
    /// ```
    /// # use healthsdk::Details;
    /// let rotating = Details::bearers(["the-token-of-today", "the-token-of-yesterday"]);
    /// ```
    pub fn bearers<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        Self::Bearer(Bearer::new(tokens))
    }

    /// Callers that send a token which is in this file, one a line; blank lines and those that begin with `#` are skipped. See
    /// [`bearer`](Self::bearer) for which tokens are legal.
    ///
    /// Building the monitor fails where the file cannot be read, has no token, more than 64 or an illegal one. It is read again once a second, by the
    /// built-in check `process/token`, until the drain begins. Where it cannot be used any more, the tokens that were read last stay, and that
    /// check is degraded.
    ///
    /// ```no_run
    /// # use healthsdk::Details;
    /// let mounted = Details::bearer_file("/run/secrets/health-tokens");
    /// ```
    pub fn bearer_file(path: impl AsRef<Path>) -> Self {
        Self::BearerFile(TokenFile::at(path.as_ref()))
    }

    /// Callers on this machine: where the server that they ask listens on a loopback address alone, they come from exactly `127.0.0.1` or
    /// `::1`, call it by a name of loopback (`Host: localhost`), and no header says that somebody else asked first.
    ///
    /// A server on `0.0.0.0` tells nobody: a sidecar or mesh delivers what strangers ask from a loopback address, too. A proxy on the same
    /// machine that adds no header and calls the server `localhost` is not told apart from a person; use a token there.
    pub fn loopback() -> Self {
        Self::Loopback
    }

    /// Callers from these networks, `10.0.0.0/8`, `fd00::/8`, or single addresses, by the address of the connection alone.
    ///
    /// Nobody is told whose request was passed on by another (`X-Forwarded-For`, `Forwarded`, `Via` and the like), because anybody can write these
    /// headers; see [`cidr_behind`](Self::cidr_behind).
    ///
    /// A hop that adds none of these headers is the caller itself: nginx with `proxy_pass` alone, a balancer of layer 4, a `NodePort` with
    /// source NAT. Leave its address out, or it opens the details to all whom it serves. `Host` is not looked at, so that a page in a browser
    /// inside of these networks can read the details by DNS rebinding: leave out networks that people browse from, or use a token.
    ///
    /// Building the monitor fails where a network is malformed, or is
    /// that of all addresses.
    ///
    /// ```
    /// # use healthsdk::Details;
    /// let inside = Details::cidr(["10.20.0.0/16", "192.0.2.7"]);
    /// ```
    pub fn cidr<T: AsRef<str>>(networks: impl IntoIterator<Item = T>) -> Self {
        Self::Cidr(Networks::new(networks, None::<[&str; 0]>))
    }

    /// As [`cidr`](Self::cidr), where proxies in between pass requests on: of those that come from a proxy, the right-most address in
    /// `X-Forwarded-For` or `Forwarded` that is no proxy counts.
    ///
    /// Each proxy must append to the header, or replace it: one that passes on what its client wrote lets that client say who it is.
    /// What [`cidr`](Self::cidr) says of hops without headers and of browsers holds here, too.
    ///
    /// Where a proxy gives no such address, gives both headers or one that makes no sense, nobody is told, and neither is who sends such headers without being
    /// a proxy.
    ///
    /// ```
    /// # use healthsdk::Details;
    /// let inside = Details::cidr_behind(["10.20.0.0/16"], ["10.0.7.1", "10.0.7.2"]);
    /// ```
    pub fn cidr_behind<T: AsRef<str>, P: AsRef<str>>(
        networks: impl IntoIterator<Item = T>,
        proxies: impl IntoIterator<Item = P>,
    ) -> Self {
        Self::Cidr(Networks::new(networks, Some(proxies)))
    }

    /// Callers of the listeners that [`Monitor::serve`](crate::Monitor::serve) made: the public port says the status alone. Keep
    /// strangers away from those listeners, and browsers, which a page can turn to them by DNS rebinding.
    pub fn listener() -> Self {
        Self::Listener
    }

    /// Callers for whom the guard is true: of an address, of a certificate, with a session. A guard runs for each
    /// request, on the worker, and must not block. One that panics lets nobody pass.
    pub fn when(guard: impl Guard + Send + Sync + 'static) -> Self {
        Self::When(When(Arc::new(guard)))
    }

    /// Callers whom this or the other lets pass.
    ///
    /// ```
    /// # use healthsdk::Details;
    /// let either = Details::listener().or(Details::bearer("a-long-random-token"));
    /// ```
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::Or(Or(Arc::new([self, other])))
    }

    pub(crate) fn allow(&self, request: &HttpRequest) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Bearer(tokens) => tokens.matches(request),
            Self::BearerFile(file) => file.tokens().matches(request),
            Self::Loopback => loopback::is_local(request),
            Self::Cidr(networks) => networks.allow(request),
            Self::Listener => request.app_data::<OwnListener>().is_some(),
            Self::When(guard) => guard.allow(request),
            // Both are asked, so that the time tells nothing of the first.
            Self::Or(Or(either)) => either.iter().fold(false, |allowed, one| one.allow(request) | allowed),
        }
    }

    /// Whether some callers are authorised and others not.
    pub(crate) fn tells_apart(&self) -> bool {
        match self {
            Self::Never | Self::Always => false,
            Self::Bearer(_)
            | Self::BearerFile(_)
            | Self::Loopback
            | Self::Cidr(_)
            | Self::Listener
            | Self::When(_) => true,
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
            Self::Bearer(_) => "whoever sends the token".to_owned(),
            Self::BearerFile(_) => "whoever sends a token of a file".to_owned(),
            Self::Loopback => "whoever is on the same machine".to_owned(),
            Self::Cidr(_) => "whoever asks from networks that the service names".to_owned(),
            Self::Listener => "whoever asks the port of its own".to_owned(),
            Self::When(_) => "whomever a guard of the service lets pass".to_owned(),
            Self::Or(Or(either)) => either.iter().map(Self::told).collect::<Vec<_>>().join(", or "),
        }
    }

    /// What is wrong with it. Reads the files.
    pub(crate) fn fault(&self) -> Option<String> {
        match self {
            Self::Bearer(tokens) => tokens.fault("Details::bearer", "use `Details::Never`"),
            Self::BearerFile(file) => file.begin().err(),
            Self::Cidr(networks) => networks.fault(),
            Self::Or(Or(either)) => either.iter().find_map(Self::fault),
            Self::Never | Self::Always | Self::Loopback | Self::Listener | Self::When(_) => None,
        }
    }

    /// The built-in checks that keep files read.
    pub(crate) fn checks(&self) -> Vec<Check> {
        let files = self.files();
        files.into_iter().enumerate().map(|(index, file)| file.check(index)).collect()
    }

    fn files(&self) -> Vec<&TokenFile> {
        match self {
            Self::BearerFile(file) => vec![file],
            Self::Or(Or(either)) => either.iter().flat_map(Self::files).collect(),
            _ => Vec::new(),
        }
    }
}

impl When {
    /// What panics here would end the connection without an answer, and the container of a prober that waits for one.
    fn allow(&self, request: &HttpRequest) -> bool {
        let request = ServiceRequest::from_parts(request.clone(), Payload::None);
        guarded::call(|| self.0.check(&request.guard_ctx())).unwrap_or_else(|| {
            observe::guard_panicked();
            false
        })
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "Never",
            Self::Always => "Always",
            Self::Bearer(_) => "Bearer(..)",
            Self::BearerFile(_) => "BearerFile(..)",
            Self::Loopback => "Loopback",
            Self::Cidr(_) => "Cidr(..)",
            Self::Listener => "Listener",
            Self::When(_) => "When(..)",
            Self::Or(_) => "Or(..)",
        })
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("When(..)")
    }
}
