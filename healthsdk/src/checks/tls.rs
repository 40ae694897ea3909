//! When the certificates expire that a server presents.
//!
//! - **Proves**: that the server at this address completes a handshake as far as its certificates, that the first of them is for this name, and
//!   that none of them has expired by this machine's clock.
//! - **Does not prove**: that the chain is trusted or was not revoked, nor that the server has its key: whoever is in between can
//!   present anything. A client that trusts says that; this check looks at what would soon stop it.
//! - **Kind**: readiness, as a warning. Degraded in the last sixth of a certificate's lifetime, at most 30 days.
//! - **Timeout**: 2 s and more for servers far away. The interval is 5 minutes unless another is set.
//! - **Permission**: none. Where the server asks for a certificate of the client, it gets none, and its own counts all the same.
//! - **Cost**: a connection a run, which the protocol demands: certificates are shown at its beginning alone, so three round trips,
//!   or two with TLS 1.3, and a signature by the server.
//!
//! The name of the host is resolved by the system, on a thread that goes on when the run is dropped.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpStream, lookup_host},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        AlertDescription, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
        client::{
            Resumption,
            danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
            verify_server_name,
        },
        crypto::ring,
        server::ParsedCertificate,
    },
};

pub use super::expiry::Expiry;
use super::{certificate, failure::Failure, measure::milliseconds};
use crate::{Cause, Check, Component};

const INTERVAL: Duration = Duration::from_secs(5 * 60);

/// A session taken up again would bring the certificate of the first handshake for ever.
static CONFIG: LazyLock<ClientConfig> = LazyLock::new(|| {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the default versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Witness::default()))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config
});

/// Says when the first of the certificates expires that the server presents to a client which asks for this host.
///
/// Data: `expires_at`, `seconds_left`, `days_left`, `subject`, `certificates`, and `latency_ms` of the connection and the handshake.
///
/// ```no_run,standalone_crate
/// use healthsdk::{checks::tls::{self, Expiry}, health_check};
///
/// #[health_check(kind = "readiness", timeout = "2s", interval = "5m")]
/// async fn billing_certificate() -> Expiry {
///     tls::expiry("billing.example.com", 443).await
/// }
/// ```
pub async fn expiry(host: &str, port: u16) -> Expiry {
    let begun = Instant::now();
    match presented(host, port).await {
        Ok(chain) => certificate::of_chain(&chain).with("latency_ms", milliseconds(begun.elapsed())),
        Err(failure) => certificate::unknown(failure),
    }
}

/// A check of the certificates that the server presents, every 5 minutes, of component [`Component`](Component::Component).
/// For one with a `ttl` instead, make a check of [`expiry`].
///
/// ```no_run
/// use std::time::Duration;
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let check = checks::tls::of("billing-certificate", "billing.example.com", 443);
/// let monitor = Monitor::builder().check(check.timeout(Duration::from_secs(2))).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, host: impl Into<Arc<str>>, port: u16) -> Check {
    let host = host.into();
    let look = move || {
        let host = Arc::clone(&host);
        async move { expiry(&host, port).await }
    };
    Check::new(name, look).component(Component::Component).interval(INTERVAL)
}

async fn presented(host: &str, port: u16) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| Failure::of(Some(Cause::Unresolved), &error))?;
    let addresses: Vec<_> = match lookup_host((host, port)).await {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(Failure::of(Some(Cause::Unresolved), &error)),
    };
    let socket = TcpStream::connect(&*addresses).await.map_err(|error| Failure::of(None, &error))?;
    let witness = Arc::new(Witness::default());
    let mut config = CONFIG.clone();
    config.dangerous().set_certificate_verifier(Arc::<Witness>::clone(&witness));
    let shaken = TlsConnector::from(Arc::new(config)).connect(name.clone(), socket).await;
    let chain = witness.seen();
    match shaken {
        Ok(mut stream) => drop(stream.shutdown().await),
        // It may want a certificate of ours; what it has was seen before it said so.
        Err(_) if !chain.is_empty() => {}
        Err(error) => return Err(failure(&error)),
    }
    fits(&chain, &name)?;
    Ok(chain)
}

fn fits(chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> Result<(), Failure> {
    let Some(own) = chain.first() else { return Ok(()) };
    ParsedCertificate::try_from(own)
        .and_then(|own| verify_server_name(&own, name))
        .map_err(|error| Failure::of(Some(Cause::WrongAnswer), &error))
}

fn failure(error: &std::io::Error) -> Failure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let cause = tls.map(|error| match error {
        Error::AlertReceived(AlertDescription::AccessDenied | AlertDescription::CertificateRequired) => {
            Cause::Unauthenticated
        }
        Error::AlertReceived(_) => Cause::Refused,
        _ => Cause::WrongAnswer,
    });
    Failure::of(cause, error)
}

/// Sees the certificates and trusts all.
#[derive(Debug, Default)]
struct Witness(Mutex<Vec<CertificateDer<'static>>>);

impl Witness {
    fn seen(&self) -> Vec<CertificateDer<'static>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(own).chain(others).map(|der| der.clone().into_owned()).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    /// All, so that no server lacks one that it could sign with.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme as Scheme;
        vec![
            Scheme::ECDSA_NISTP256_SHA256,
            Scheme::ECDSA_NISTP384_SHA384,
            Scheme::ECDSA_NISTP521_SHA512,
            Scheme::ED25519,
            Scheme::ED448,
            Scheme::RSA_PSS_SHA256,
            Scheme::RSA_PSS_SHA384,
            Scheme::RSA_PSS_SHA512,
            Scheme::RSA_PKCS1_SHA256,
            Scheme::RSA_PKCS1_SHA384,
            Scheme::RSA_PKCS1_SHA512,
        ]
    }
}
