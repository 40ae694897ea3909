use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS},
    },
};
use bytes::Bytes;

use super::source::monitor;
use crate::{Report, Status, format};

/// The answer for a status: headers that no cache or browser misreads, and a body whose length is known.
pub(super) fn answer(status: Status, body: Bytes) -> HttpResponse {
    let code = match status {
        Status::Ok | Status::Degraded => StatusCode::OK,
        Status::Error => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = HttpResponse::with_body(code, body).map_into_boxed_body();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn terse(status: Status) -> HttpResponse {
    answer(status, Bytes::from_static(format::terse(status)))
}

impl Responder for Report {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if monitor(request).is_some_and(|monitor| monitor.details().allow(request)) {
            answer(self.status(), format::detailed(&self))
        } else {
            terse(self.status())
        }
    }
}
