//! When the certificates of a PEM file expire.
//!
//! - **Proves**: that every certificate of the chain in the file is within its time, by this machine's clock. The first to expire
//!   counts, so keep roots that nobody needs out of the file.
//! - **Does not prove**: that the server which should present it has loaded it (see the module `tls`), that the chain is
//!   trusted, fits the key, or was not revoked.
//! - **Kind**: readiness. Degraded in the last sixth of its lifetime, at most 30 days: whoever renews does so with a third left, and so had
//!   half of that time without success. That is 15 days of 90, and one of 6.
//! - **Timeout**: the default. The interval may be a minute or more.
//! - **Permission**: to read the file, which is better one without the private key. Of a key in it nothing is kept.
//! - **Cost**: the file is read again in each run, because it is replaced under the same name.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rustls_pki_types::{
    CertificateDer,
    pem::{self, PemObject},
};
use x509_parser::{certificate::X509Certificate, time::ASN1Time};

pub use super::expiry::Expiry;
use super::expiry::Validity;
use crate::{Check, Component, Outcome};

const WHAT: &str = "certificate";
/// The share of its lifetime, and what that is at most, in which a certificate should long have been renewed.
const LAST_SHARE: u32 = 6;
const LAST_DAYS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Says when the first certificate of the file expires. Blocks, as files do.
///
/// Data: `expires_at`, `seconds_left`, `days_left`, and `subject` and `certificates`, the number of them.
///
/// ```no_run,standalone_crate
/// use std::time::Duration;
/// use healthsdk::{checks::certificate::{self, Expiry}, health_check};
///
/// #[health_check(kind = "readiness", interval = "1m")]
/// fn certificate() -> Expiry {
///     certificate::expiry("/etc/tls/tls.crt").degraded_before(Duration::from_secs(14 * 24 * 60 * 60))
/// }
/// ```
pub fn expiry(path: impl AsRef<Path>) -> Expiry {
    read(path.as_ref()).map_or_else(unknown, |chain| of_chain(&chain))
}

/// A check of the certificates in this file.
///
/// ```no_run
/// use std::time::Duration;
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
///     .check(checks::certificate::of("certificate", "/etc/tls/tls.crt").interval(Duration::from_secs(60)))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, path: impl Into<PathBuf>) -> Check {
    let path = path.into();
    Check::blocking(name, move || expiry(&path)).component(Component::System)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, Outcome> {
    let failed = |error| {
        let path = path.display();
        match error {
            pem::Error::Io(error) => Outcome::error(format_args!("{path}: {error}")),
            // The others quote the file.
            _ => Outcome::error(format_args!("{path} is no PEM file")),
        }
    };
    CertificateDer::pem_file_iter(path).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
}

/// When the first of these expires.
pub(super) fn of_chain(chain: &[CertificateDer<'_>]) -> Expiry {
    first_to_expire(chain).unwrap_or_else(unknown)
}

pub(super) fn unknown(outcome: impl Into<Outcome>) -> Expiry {
    Expiry::unknown(WHAT, outcome.into())
}

fn first_to_expire(chain: &[CertificateDer<'_>]) -> Result<Expiry, Outcome> {
    let parse = |der| match x509_parser::parse_x509_certificate(der) {
        Ok((_, certificate)) => Ok(certificate),
        Err(error) => Err(Outcome::error(format_args!("a certificate that cannot be read: {error}"))),
    };
    let parsed = chain.iter().map(|der| parse(der)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = parsed.iter().min_by_key(|certificate| certificate.validity().not_after) else {
        return Err(Outcome::error("there is no certificate"));
    };
    let begins = parsed.iter().map(|certificate| time(certificate.validity().not_before)).max();
    let validity = Validity { begins, ends: time(first.validity().not_after) };
    Ok(Expiry::new(WHAT, validity, last_part(first))
        .in_days()
        .with("subject", first.subject().to_string())
        .with("certificates", parsed.len()))
}

fn last_part(certificate: &X509Certificate<'_>) -> Duration {
    let validity = certificate.validity();
    let lifetime = time(validity.not_after).duration_since(time(validity.not_before)).unwrap_or_default();
    (lifetime / LAST_SHARE).min(LAST_DAYS)
}

fn time(time: ASN1Time) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(time.timestamp()).unwrap_or(0))
}
