use std::time::Duration;

use actix_web::{HttpRequest, http::header::HeaderValue};

use super::{
    accept,
    query::{self, Query},
};
use crate::{
    Monitor,
    format::{Document, Form, Offer, Wanted},
    planted,
    run::{Hops, Reader},
};

/// How a caller wants to be answered, and may be.
#[derive(Debug)]
pub(super) struct Question {
    /// The caller may see more than the status.
    pub(super) detailed: bool,
    /// In what a report is written.
    pub(super) form: Form,
    /// What is wanted instead of a report.
    pub(super) document: Option<Document>,
    /// The header `Accept` decided on the form or document.
    pub(super) varies: bool,
    pub(super) verbose: bool,
    pub(super) exclude: Vec<String>,
    pub(super) wait: Option<Wait>,
}

/// For how long an answer may be held.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    AtMost(Duration),
    Malformed,
}

impl Question {
    pub(super) fn new(request: &HttpRequest, detailed: bool, offer: Offer) -> Self {
        let query = match request.query_string() {
            "" => Query::default(),
            query => Query::parse(query, offer),
        };
        let named = query.wanted();
        let (form, document) = match named.unwrap_or_else(|| accept::wanted(request.headers(), offer)) {
            Wanted::Report(form) => (form, None),
            Wanted::Document(document) => (Form::Json, Some(document)),
        };
        let mut question = Self {
            detailed,
            form,
            document,
            varies: named.is_none(),
            verbose: query.verbose,
            exclude: Vec::new(),
            wait: None,
        };
        if detailed {
            question.exclude = query.exclude;
            question.wait = query.wait.map(|wait| query::wait(&wait).map_or(Wait::Malformed, Wait::AtMost));
        }
        question
    }
}

impl Monitor {
    pub(super) fn question(&self, request: &HttpRequest, offer: Offer) -> Question {
        Question::new(request, self.details().allow(request) || planted::chatty(), offer)
    }

    /// Who asks, as far as that decides what the answer may cause.
    pub(super) fn reader(&self, detailed: bool, request: &HttpRequest) -> Reader {
        Reader::new(detailed || !self.details().tells_apart()).through(hops(request))
    }
}

/// How many services the request has come through.
fn hops(request: &HttpRequest) -> Hops {
    Hops::read(request.headers().get(Hops::HEADER).map(HeaderValue::as_bytes))
}
