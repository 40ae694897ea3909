use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use bytes::Bytes;

use super::{answer, answer::respond, question::Question};
use crate::{
    Monitor,
    endpoint::Endpoint,
    format::{Document, Offer, TEXT, openmetrics},
};

impl Monitor {
    /// What is wanted instead of a report.
    #[cfg_attr(
        not(feature = "dashboard"),
        allow(unused_variables, clippy::unused_async, reason = "for the dashboard")
    )]
    pub(super) async fn document(
        &self,
        endpoint: Endpoint,
        document: Document,
        question: &Question,
        request: &HttpRequest,
    ) -> HttpResponse {
        match document {
            Document::Words => answer::words(Offer::Everything),
            Document::Contract | Document::ContractMarkdown if !question.detailed => nothing(),
            Document::Contract => found(self.describe().json(), "application/json", question),
            Document::ContractMarkdown => {
                found(self.describe().to_string(), "text/markdown; charset=utf-8", question)
            }
            Document::Metrics(text) => {
                let body = if question.detailed {
                    openmetrics::detailed(&self.engine().tallies(), text)
                } else {
                    openmetrics::terse(self.engine().is_ready(), text)
                };
                found(body, text.content_type(), question)
            }
            #[cfg(feature = "dashboard")]
            Document::Dashboard(part) => self.dashboard(endpoint, part, question, request).await,
        }
    }
}

/// The same whether there is such a document or not.
fn nothing() -> HttpResponse {
    respond(StatusCode::NOT_FOUND, Bytes::from_static(b"no such document\n"), TEXT, false)
}

fn found(body: impl Into<Bytes>, content_type: &'static str, question: &Question) -> HttpResponse {
    respond(StatusCode::OK, body.into(), content_type, question.varies)
}
