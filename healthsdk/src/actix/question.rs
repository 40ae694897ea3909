use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT, HeaderValue},
};

use super::{
    accept,
    query::{self, Query},
};
use crate::{
    Monitor,
    format::Form,
    run::{Hops, Reader},
};

/// How a caller wants to be answered, and may be.
#[derive(Debug)]
pub(super) struct Question {
    /// The caller may see more than the status.
    pub(super) detailed: bool,
    pub(super) form: Form,
    /// The header `Accept` decided on the form.
    pub(super) varies: bool,
    pub(super) verbose: bool,
    pub(super) exclude: Vec<String>,
    pub(super) wait: Option<Wait>,
    pub(super) hops: Hops,
}

/// For how long an answer may be held.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    AtMost(Duration),
    Malformed,
}

impl Question {
    pub(super) fn new(request: &HttpRequest, detailed: bool) -> Self {
        let query = match request.query_string() {
            "" => Query::default(),
            query => Query::parse(query),
        };
        let varies = !query.is_in_text();
        let form = if varies {
            accept::form(request.headers().get_all(ACCEPT).map(HeaderValue::as_bytes))
        } else {
            Form::Text
        };
        let mut question = Self {
            detailed,
            form,
            varies,
            verbose: query.verbose,
            exclude: Vec::new(),
            wait: None,
            hops: hops(request),
        };
        if detailed {
            question.exclude = query.exclude;
            question.wait = query.wait.map(|wait| query::wait(&wait).map_or(Wait::Malformed, Wait::AtMost));
        }
        question
    }
}

impl Monitor {
    pub(super) fn question(&self, request: &HttpRequest) -> Question {
        Question::new(request, self.details().allow(request))
    }

    /// Who asks, as far as that decides what the answer may cause.
    pub(super) fn reader(&self, detailed: bool, hops: Hops) -> Reader {
        Reader::new(detailed || !self.details().tells_apart()).through(hops)
    }
}

/// How many services the request has come through.
pub(super) fn hops(request: &HttpRequest) -> Hops {
    Hops::read(request.headers().get(Hops::HEADER).map(HeaderValue::as_bytes))
}
