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

/// What an answer tells of, as a whole.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// What others ask too, so that a body is rendered once.
    Endpoint(&'a Snapshot, Endpoint),
    Report(&'a Report),
}

impl Subject<'_> {
    /// The status for this caller, without what is excluded, and the body.
    pub(super) fn told(self, question: &Question, name: &str) -> (Status, Bytes) {
        let status = self.status();
        let Question { detailed, form, verbose, ref exclude, .. } = *question;
        let asked = Asked { endpoint: name, verbose, exclude };
        let writer = form.writer();
        match form {
            _ if !detailed => (status, (writer.terse)(status, &asked)),
            Form::Text if !exclude.is_empty() => {
                self.with_report(|report| kubernetes::listed(report, &asked))
            }
            Form::Text if status < Status::Error && !verbose => (status, kubernetes::passed()),
            form => (status, self.body(form, |report| (writer.detailed)(report, &asked))),
        }
    }

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

impl Dialect {
    /// The answer about a subject, as this caller wants it.
    pub(super) fn answer(&self, subject: Subject<'_>, question: &Question, name: &str) -> HttpResponse {
        let (status, body) = subject.told(question, name);
        let (code, content_type) = (self.code(status, subject.kinds()), question.form.writer().content_type);
        let mut response = respond(code, body, content_type, question.varies);
        self.envoy(&mut response, status, subject.kinds());
        response
    }
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
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if varies {
        headers.insert(VARY, HeaderValue::from_static("Accept"));
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
