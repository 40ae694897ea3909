use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
    },
    web::{self, ServiceConfig},
};

use crate::Monitor;

const PATH: &str = "/drain";

/// `POST /drain`. `trusted`: who reached this server may drain.
pub(super) fn mount(config: &mut ServiceConfig, monitor: &Monitor, trusted: bool) {
    let monitor = monitor.clone();
    let answer = move |request: HttpRequest| {
        let answer = answer(&monitor, &request, trusted);
        async { answer }
    };
    config.service(web::resource(PATH).to(answer));
}

fn answer(monitor: &Monitor, request: &HttpRequest, trusted: bool) -> HttpResponse {
    let token = monitor.listeners().drain_token.as_ref();
    if !trusted && !token.is_some_and(|token| token.matches(request)) {
        // As any path that is not there.
        return HttpResponse::NotFound().finish();
    }
    if request.method() != Method::POST {
        return HttpResponse::MethodNotAllowed().insert_header((ALLOW, "POST")).finish();
    }
    monitor.drain();
    HttpResponse::Accepted()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(r#"{"status":"draining"}"#)
}
