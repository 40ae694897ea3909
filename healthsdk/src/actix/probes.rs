use actix_web::{
    HttpRequest, HttpResponse, guard,
    web::{self, ServiceConfig},
};

use super::{
    answer::{answer, terse},
    drain::close,
};
use crate::{Lifecycle, Monitor, endpoint::Endpoint, format};

impl Monitor {
    /// Mounts the probes on an `App`, with `App::configure`: before any `scope("")` and outside of middleware that asks for a
    /// login, or a prober gets the answer of that.
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
        for (endpoint, path) in self.paths().iter() {
            let monitor = self.clone();
            let route = web::route()
                .guard(guard::Any(guard::Get()).or(guard::Head()).or(guard::Options()))
                .to(move |request: HttpRequest| {
                    let monitor = monitor.clone();
                    async move {
                        let mut response = monitor.answer(endpoint, &request).await;
                        if monitor.lifecycle() >= Lifecycle::Draining {
                            close(&mut response);
                        }
                        response
                    }
                });
            config.service(web::resource(path).route(route).default_service(web::to(refuse)));
        }
    }

    async fn answer(&self, endpoint: Endpoint, request: &HttpRequest) -> HttpResponse {
        let detailed = self.details().allow(request);
        if let Some(snapshot) = self.engine().peek(endpoint) {
            let status = snapshot.status(endpoint);
            if !detailed {
                return terse(status);
            }
            return answer(status, snapshot.body(endpoint, format::detailed));
        }
        let may_start = detailed || !self.details().tells_apart();
        // Boxed, or the future of every request would be as large as that of one that waits.
        let snapshot = Box::pin(self.engine().read(&endpoint.selection(), may_start)).await;
        let status = snapshot.status(endpoint);
        if detailed { answer(status, snapshot.body(endpoint, format::detailed)) } else { terse(status) }
    }
}

async fn refuse() -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((actix_web::http::header::ALLOW, "GET, HEAD, OPTIONS"))
        .finish()
}
