use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{ALLOW, HeaderValue},
    },
    web::{self, ServiceConfig},
};

use super::{answer::Subject, drain::close, paths::CHECK, question::Question};
use crate::{Lifecycle, Monitor, endpoint::Endpoint, format::Offer, run::Snapshot};

impl Monitor {
    /// Mounts the probes on an `App`, with `App::configure`: before any `scope("")` and outside of middleware that asks for a
    /// login, or a prober gets the answer of that. What is below a probe's path is taken as well: `/readyz/` is `/readyz`, and
    /// `/readyz/{check}` tells authorised callers of one check.
    ///
    /// Each answers `GET`, `HEAD` and `OPTIONS`, for any `Host`, and never with a redirect.
    pub fn probes(&self) -> impl Fn(&mut ServiceConfig) + Clone + Send + Sync + 'static {
        let (announce, monitor) = (self.without_probes(), self.clone());
        move |config| {
            announce(config);
            monitor.mount(config);
        }
    }

    /// The probes alone, on whatever server.
    pub(super) fn mount(&self, config: &mut ServiceConfig) {
        config.app_data(self.clone());
        self.mount_dashboard(config);
        for (endpoint, path) in self.paths().whole() {
            let monitor = self.clone();
            let handler = move |request: HttpRequest| {
                let monitor = monitor.clone();
                async move { monitor.closing(monitor.whole(endpoint, &request).await) }
            };
            config.service(web::resource(path).to(handler));
        }
        for (endpoint, path) in self.paths().below() {
            let monitor = self.clone();
            let handler = move |request: HttpRequest| {
                let monitor = monitor.clone();
                async move { monitor.closing(monitor.below(endpoint, &request).await) }
            };
            // A scope, whose path is compared; a pattern with the whole path would be tried on every request of the service.
            let below = web::resource(format!("/{{{CHECK}}}*")).to(handler);
            config.service(web::scope(path).service(below));
        }
    }

    /// The answer about an endpoint.
    pub(super) async fn whole(&self, endpoint: Endpoint, request: &HttpRequest) -> HttpResponse {
        if !is_answered(request.method()) {
            return refusal();
        }
        let question = self.question(request, Offer::Everything);
        if let Some(document) = question.document {
            return Box::pin(self.document(endpoint, document, &question, request)).await;
        }
        if question.wait.is_none()
            && let Some(snapshot) = self.engine().peek(endpoint)
        {
            let subject = Subject::Endpoint(&snapshot, endpoint);
            return self.dialect().answer(subject, &question, self.paths().name(endpoint));
        }
        // Boxed, or the future of every request would be as large as that of one that waits.
        Box::pin(self.awaited(endpoint, &question, request)).await
    }

    pub(super) async fn awaited(
        &self,
        endpoint: Endpoint,
        question: &Question,
        request: &HttpRequest,
    ) -> HttpResponse {
        let name = self.paths().name(endpoint);
        let status = |snapshot: &Snapshot| {
            let subject = Subject::Endpoint(snapshot, endpoint);
            if question.exclude.is_empty() {
                subject.status()
            } else {
                self.dialect().told(subject, question, name).status
            }
        };
        match self.snapshot(endpoint, question, request, status).await {
            Ok(snapshot) => self.dialect().answer(Subject::Endpoint(&snapshot, endpoint), question, name),
            Err(refusal) => refusal,
        }
    }

    pub(super) fn closing(&self, mut response: HttpResponse) -> HttpResponse {
        if self.lifecycle() >= Lifecycle::Draining {
            close(&mut response);
        }
        response
    }
}

pub(super) fn is_answered(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

pub(super) fn refusal() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed().finish();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}
