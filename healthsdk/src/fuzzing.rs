//! What the fuzz targets reach inside of the crate. Not part of the public interface: it is there for a fuzzer alone.

use std::{borrow::Cow, time::Duration};

use actix_web::HttpRequest;

use crate::{Details, outcome, redact, settings, text};
pub use settings::doors::{Told, file, given};

pub fn allows(details: &Details, request: &HttpRequest) -> bool {
    details.allow(request)
}

pub fn bounded(text: &str) -> String {
    outcome::bounded(&text)
}

pub fn duration(text: &str) -> Result<Duration, String> {
    settings::doors::duration(text)
}

pub fn label(text: &str) -> String {
    outcome::label(text)
}

/// The bytes that redaction looks at.
pub fn looked(text: &str) -> usize {
    redact::rules::known(text).1
}

/// As the message of a check is kept.
pub fn message(text: &str) -> String {
    redact::Redactor::default().reason(&text)
}

pub fn plain(text: &str) -> Cow<'_, str> {
    text::plain(text)
}

pub fn redacted(text: &str) -> String {
    redact::Redactor::default().text(text).into_owned()
}

pub fn written(duration: Duration) -> String {
    settings::doors::written(duration)
}

#[cfg(test)]
mod tests;
