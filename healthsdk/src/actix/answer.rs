use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS},
    },
};
use bytes::Bytes;

use super::{dialect::Dialect, question::Question, source::monitor};
use crate::{
    Report, Status,
    endpoint::Endpoint,
    format::{self, Asked, Form, Offer, TEXT, kubernetes},
    kind::Kinds,
    run::Snapshot,
};

const JSON: &str = "application/json";
/// Most answers are in it: its bytes are not examined each time.
const JSON_VALUE: HeaderValue = HeaderValue::from_static(JSON);
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const ACCEPT: HeaderValue = HeaderValue::from_static("Accept");

/// What an answer tells of, as a whole.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// What others ask too, so that a body is rendered once.
    Endpoint(&'a Snapshot, Endpoint),
    Report(&'a Report),
}

impl Subject<'_> {
    pub(super) fn status(self) -> Status {
        match self {
            Self::Endpoint(snapshot, endpoint) => snapshot.status(endpoint),
            Self::Report(report) => report.status(),
        }
    }

    pub(super) fn kinds(self) -> Kinds {
        match self {
            Self::Endpoint(_, endpoint) => endpoint.selection().kinds,
            Self::Report(report) => report.kinds,
        }
    }

    fn body(self, form: Form, render: impl FnOnce(&Report) -> Bytes) -> Bytes {
        match self {
            Self::Endpoint(snapshot, endpoint) => snapshot.body(endpoint, form, render),
            Self::Report(report) => render(report),
        }
    }

    fn with_report<T>(self, with: impl FnOnce(&Report) -> T) -> T {
        match self {
            Self::Endpoint(snapshot, endpoint) => with(&snapshot.report(&endpoint.selection())),
            Self::Report(report) => with(report),
        }
    }
}

/// What one caller is told.
#[derive(Debug)]
pub(super) struct Told {
    /// Without what is excluded.
    pub(super) status: Status,
    content_type: &'static str,
    body: Bytes,
}

impl Dialect {
    /// The answer about a subject, as this caller wants it.
    pub(super) fn answer(&self, subject: Subject<'_>, question: &Question, name: &str) -> HttpResponse {
        let told = self.told(subject, question, name);
        let code = self.code(told.status, subject.kinds());
        let mut response = respond(code, told.body, told.content_type, question.varies);
        self.envoy(&mut response, told.status, subject.kinds());
        response
    }

    pub(super) fn told(&self, subject: Subject<'_>, question: &Question, name: &str) -> Told {
        let status = subject.status();
        let Question { detailed, form, verbose, ref exclude, .. } = *question;
        let code = self.code(status, subject.kinds()).as_u16();
        let asked = Asked { endpoint: name, verbose, exclude, code, phrase };
        let form = form.with(code);
        let writer = form.writer();
        let (status, body) = match form {
            _ if !detailed => (status, (writer.terse)(status, &asked)),
            Form::Text if !exclude.is_empty() => {
                subject.with_report(|report| kubernetes::listed(report, &asked))
            }
            Form::Text if status < Status::Error && !verbose => (status, kubernetes::passed()),
            form => (status, subject.body(form, |report| (writer.detailed)(report, &asked))),
        };
        Told { status, content_type: writer.content_type, body }
    }

    /// The answer about one check alone.
    pub(super) fn single(&self, report: &Report, question: &Question, name: &str) -> HttpResponse {
        let code = self.code(report.status(), report.kinds);
        let asked = Asked { endpoint: name, verbose: false, exclude: &[], code: code.as_u16(), phrase };
        let form = question.form.with(code.as_u16());
        let body = match form {
            Form::Text => kubernetes::single(report),
            form => (form.writer().detailed)(report, &asked),
        };
        respond(code, body, form.writer().content_type, question.varies)
    }
}

/// A code without a phrase of its own has that of its class.
fn phrase(code: u16) -> &'static str {
    let known = StatusCode::from_u16(code).ok().and_then(|code| code.canonical_reason());
    known.unwrap_or(if code < 500 { "Bad Request" } else { "Internal Server Error" })
}

/// With headers that no cache or browser misreads, and a body whose length is known.
pub(super) fn respond(
    code: StatusCode,
    body: Bytes,
    content_type: &'static str,
    varies: bool,
) -> HttpResponse {
    let mut response = HttpResponse::with_body(code, body).map_into_boxed_body();
    let headers = response.headers_mut();
    let content_type = if content_type == JSON { JSON_VALUE } else { HeaderValue::from_static(content_type) };
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    if varies {
        headers.insert(VARY, ACCEPT);
    }
    response
}

/// The answer to whoever asks for a format that there is not.
pub(super) fn words(offer: Offer) -> HttpResponse {
    respond(StatusCode::NOT_ACCEPTABLE, format::words(offer).into(), TEXT, false)
}

impl Responder for Report {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let pattern = request.match_pattern().unwrap_or_default();
        let name = pattern.rsplit('/').find(|name| !name.is_empty() && !name.contains(['{', '}']));
        let (subject, name) = (Subject::Report(&self), name.unwrap_or("health"));
        let (dialect, question) = match monitor(request) {
            Some(monitor) => (monitor.dialect(), monitor.question(request, Offer::Reports)),
            None => (&Dialect::default(), Question::new(request, false, Offer::Reports)),
        };
        if question.document.is_some() {
            return words(Offer::Reports);
        }
        dialect.answer(subject, &question, name)
    }
}
