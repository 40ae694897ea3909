//! Reports as bytes. Pure writers: none waits, and none reads the clock.

pub(crate) mod families;
mod health_json;
mod json;
pub(crate) mod kubernetes;
mod microprofile;
pub(crate) mod openmetrics;
mod overridden;
mod problem;
mod spring;
mod table;
mod values;
mod xabaril;

use bytes::Bytes;

use crate::{Report, Status};
pub(crate) use overridden::Overridden;
pub(crate) use table::{Document, Form, Offer, Wanted, find, offered, words};

/// The content type of whatever is no report.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

/// What a body says beside the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The name of the endpoint, for texts.
    pub(crate) endpoint: &'a str,
    pub(crate) verbose: bool,
    pub(crate) exclude: &'a [String],
    /// The status code of the answer,
    pub(crate) code: u16,
    /// and what it is called.
    pub(crate) phrase: fn(u16) -> &'static str,
}

/// How reports are written in one form.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) content_type: &'static str,
    /// For authorised callers.
    pub(crate) detailed: fn(&Report, &Asked<'_>) -> Bytes,
    /// For everybody else: the status alone.
    pub(crate) terse: fn(Status, &Asked<'_>) -> Bytes,
}
