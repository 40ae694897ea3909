use std::time::Duration;

use crate::format::{self, Document, Form, Offer, Wanted};

/// What the query of a request asks for. What it has besides means nothing here.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) verbose: bool,
    pub(super) exclude: Vec<String>,
    /// As it was written.
    pub(super) wait: Option<String>,
    format: Option<Wanted>,
}

impl Query {
    /// Bytes that are no UTF-8 become U+FFFD, which is in no name. Of several waits or formats the last counts.
    pub(super) fn parse(query: &str, offer: Offer) -> Self {
        let mut parsed = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "verbose" => parsed.verbose = true,
                "exclude" => parsed.exclude.push(value.into_owned()),
                "wait" => parsed.wait = Some(value.into_owned()),
                "format" => parsed.format = Some(format(&value, offer)),
                _ => {}
            }
        }
        parsed
    }

    /// What it can only be answered with, if anything: a list, or one without some checks, is in Kubernetes' words.
    pub(super) fn wanted(&self) -> Option<Wanted> {
        let listed = self.verbose || !self.exclude.is_empty();
        match self.format {
            Some(Wanted::Report(_)) | None if listed => Some(Wanted::Report(Form::Text)),
            format => format,
        }
    }
}

/// In a query a `+` stands for a space.
fn format(word: &str, offer: Offer) -> Wanted {
    let word = word.replace(' ', "+");
    format::find(&word, offer).unwrap_or(Wanted::Document(Document::Words))
}

/// `2s`, `1m 30s`, or a number of seconds.
pub(super) fn wait(text: &str) -> Option<Duration> {
    let seconds = || text.parse().ok().map(Duration::from_secs);
    humantime::parse_duration(text).ok().or_else(seconds)
}
