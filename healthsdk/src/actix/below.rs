use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::{
    answer::{respond, words},
    paths::CHECK,
    probes::{is_answered, refusal},
    question::{Question, Wait},
};
use crate::{
    Monitor, Report, Status,
    endpoint::Endpoint,
    format::{Offer, TEXT, kubernetes},
    run::Snapshot,
};

impl Monitor {
    /// The answer about one check of an endpoint; without a name, about the endpoint.
    pub(super) async fn below(&self, endpoint: Endpoint, request: &HttpRequest) -> HttpResponse {
        let name = request.match_info().get(CHECK).unwrap_or_default();
        if name.is_empty() {
            return self.whole(endpoint, request).await;
        }
        let question = self.question(request, Offer::Reports);
        if !question.detailed {
            return unknown();
        }
        if question.document.is_some() {
            return words(Offer::Reports);
        }
        // What actix leaves encoded: `%`, `/` and `+`.
        let Ok(name) = percent_decode_str(name).decode_utf8() else { return unknown() };
        Box::pin(self.single(endpoint, &name, request, &question)).await
    }

    async fn single(
        &self,
        endpoint: Endpoint,
        name: &str,
        request: &HttpRequest,
        question: &Question,
    ) -> HttpResponse {
        let find = |snapshot: &Snapshot| single(snapshot.report(&endpoint.selection()), name);
        let status = |snapshot: &Snapshot| find(snapshot).map_or(Status::Ok, |report| report.status());
        let snapshot = match self.snapshot(endpoint, question, request, status).await {
            Ok(snapshot) => snapshot,
            Err(refusal) => return refusal,
        };
        let Some(report) = find(&snapshot) else { return unknown() };
        if !is_answered(request.method()) {
            return refusal();
        }
        self.dialect().single(&report, question, name)
    }

    /// The snapshot to answer from, after the wait that is asked for; or the answer that tells what is wrong with that.
    pub(super) async fn snapshot(
        &self,
        endpoint: Endpoint,
        question: &Question,
        request: &HttpRequest,
        status: impl Fn(&Snapshot) -> Status,
    ) -> Result<Arc<Snapshot>, HttpResponse> {
        let reader = self.reader(question.detailed, request);
        match question.wait {
            None => Ok(self.engine().read(&endpoint.selection(), reader).await),
            Some(Wait::AtMost(asked)) => {
                let longest = self.dialect().wait(asked);
                Ok(self
                    .engine()
                    .wait(endpoint, reader, longest, |snapshot| status(snapshot) < Status::Error)
                    .await)
            }
            Some(Wait::Malformed) => {
                let longest = humantime::format_duration(self.dialect().longest_wait());
                let text = format!(
                    "`wait` is not a duration: write `wait=2s`, or `wait=2` for seconds; the longest is {longest}\n"
                );
                Err(respond(StatusCode::BAD_REQUEST, text.into(), TEXT, false))
            }
        }
    }
}

/// The report of one entry alone.
fn single(mut report: Report, name: &str) -> Option<Report> {
    let implicit = kubernetes::is_implicit(&report, name);
    report.entries.retain(|reported| reported.entry.name() == name);
    report.status =
        report.entries.first().map(|reported| reported.status).or(implicit.then_some(Status::Ok))?;
    Some(report)
}

/// The same whether there is such a check or not.
fn unknown() -> HttpResponse {
    respond(StatusCode::NOT_FOUND, Bytes::from_static(b"no such check\n"), TEXT, false)
}
