use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            self, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
        },
    },
    web::{self, ServiceConfig},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;

use super::{
    answer::respond,
    paths::{IntoPath, Paths, bare},
    probes::{is_answered, refusal},
    question::Question,
};
use crate::{
    Monitor,
    dashboard::{self, Events, Part},
    endpoint::Endpoint,
    format::{Document, Offer, TEXT},
};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// The page tells nobody where it is, and no other page holds or opens it.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_EMBEDDER_POLICY, "require-corp"),
];

impl Paths {
    /// The path of the dashboard alone, with the feature `dashboard`; default: none, and browsers find it at the paths of the
    /// probes, such as `/health`.
    ///
    /// A browser cannot be told to send a bearer token. Where [`Details`](crate::Details) has tokens, it asks here for a user and a
    /// password: one of the tokens, with any user. Where it has none, there is nothing here for whoever may not see it.
    ///
    /// ```
    /// use healthsdk::Paths;
    ///
    /// let paths = Paths::default().dashboard("/health-ui");
    /// ```
    pub fn dashboard(mut self, path: impl IntoPath) -> Self {
        self.dashboard = path.into_path();
        self
    }
}

impl Monitor {
    /// Before the probes, below whose paths it may be.
    pub(super) fn mount_dashboard(&self, config: &mut ServiceConfig) {
        let path = self.paths().dashboard.as_deref().map(bare).filter(|path| !path.is_empty());
        for path in path.into_iter().flat_map(|path| [path.to_owned(), format!("{path}/")]) {
            let monitor = self.clone();
            let handler = move |request: HttpRequest| {
                let response = monitor.closing(monitor.on_own_path(&request));
                async move { response }
            };
            config.service(web::resource(path).to(handler));
        }
    }

    fn on_own_path(&self, request: &HttpRequest) -> HttpResponse {
        let password = self.details().password(&password(request).unwrap_or_default());
        match (self.details().allow(request), password) {
            (true, _) | (_, Some(true)) => {}
            (false, Some(false)) => return login(),
            (false, None) => return respond(StatusCode::NOT_FOUND, Bytes::new(), TEXT, false),
        }
        if !is_answered(request.method()) {
            return refusal();
        }
        let part = match Question::new(request, true, Offer::Everything).document {
            Some(Document::Dashboard(part)) => part,
            _ => Part::Page,
        };
        self.part(part, StatusCode::OK, request)
    }

    /// The dashboard in place of a report. Its code is that of the report, so that a prober which says that it takes HTML learns the
    /// status all the same.
    pub(super) async fn dashboard(
        &self,
        endpoint: Endpoint,
        part: Part,
        question: &Question,
        request: &HttpRequest,
    ) -> HttpResponse {
        let (latest, kinds) = (self.engine().latest(), endpoint.selection().kinds);
        let code = |status| self.dialect().code(status, kinds);
        let mut response = match (question.detailed, part) {
            (true, Part::Page) => self.part(part, code(latest.status(endpoint)), request),
            (true, _) => self.part(part, StatusCode::OK, request),
            (false, Part::Page) => {
                let reader = self.reader(false, request);
                let status = self.engine().read(&endpoint.selection(), reader).await.status(endpoint);
                respond(code(status), dashboard::terse(status), HTML, false)
            }
            (false, _) => return self.awaited(endpoint, question, request).await,
        };
        if question.varies {
            response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
        }
        response
    }

    fn part(&self, part: Part, code: StatusCode, request: &HttpRequest) -> HttpResponse {
        let (kept, engine) = (&self.listeners().dashboard, self.engine());
        match part {
            Part::Page => page(code, kept.page(&engine.latest())),
            Part::Update => {
                let (_, document) = kept.document(&engine.latest(), since(request.query_string()));
                respond(code, document, JSON, false)
            }
            Part::Events if request.method() != Method::GET => respond(code, Bytes::new(), EVENTS, false),
            Part::Events => Events::new(kept, engine).map_or_else(full, stream),
        }
    }
}

fn page(code: StatusCode, body: Bytes) -> HttpResponse {
    let mut response = respond(code, body, HTML, false);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(&dashboard::CONTENT_SECURITY_POLICY));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn stream(events: Events) -> HttpResponse {
    let mut response = respond(StatusCode::OK, Bytes::new(), EVENTS, false);
    // Of proxies that would keep events until there are many.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.set_body(actix_web::body::BodyStream::new(events.stream())).map_into_boxed_body()
}

/// As many streams as may be are there already; a page asks again and again instead.
fn full() -> HttpResponse {
    let text = Bytes::from_static(b"too many streams of events are open; ask again later\n");
    let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, text, TEXT, false);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

fn login() -> HttpResponse {
    let text = Bytes::from_static(b"the password is a token of the service, with any user\n");
    let mut response = respond(StatusCode::UNAUTHORIZED, text, TEXT, false);
    let challenge = HeaderValue::from_static(r#"Basic realm="health", charset="UTF-8""#);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// What a browser sends that has asked for a user and a password.
fn password(request: &HttpRequest) -> Option<Vec<u8>> {
    let value = request.headers().get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, encoded) = value.split_at_checked("Basic ".len())?;
    let pair = STANDARD.decode(encoded).ok().filter(|_| scheme.eq_ignore_ascii_case(b"Basic "))?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

/// The newest slot of the history that the reader knows.
fn since(query: &str) -> Option<u64> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find_map(|(key, value)| (key == "since").then(|| value.parse().ok())?)
}
