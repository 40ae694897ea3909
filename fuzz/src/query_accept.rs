use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    App,
    body::{MessageBody, to_bytes},
    dev::ServiceResponse,
    http::{
        Method, StatusCode, Uri,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    },
    rt::Runtime,
    test::{TestRequest, call_service, init_service},
};
use healthsdk::{Check, Details, Monitor};

const TOKEN: &str = "a-token-that-nobody-guesses";
const AUTHORISED: &[(&str, &str)] = &[("authorization", "Bearer a-token-that-nobody-guesses")];
const PROBER: &[(&str, &str)] =
    &[("user-agent", "kube-probe/1.34"), ("connection", "close"), ("accept", "*/*")];
/// In the name and the message of every check, and in nothing that is asked.
const NAME: &str = "zqname";
const LEGAL: [u16; 6] = [200, 400, 404, 405, 406, 503];

type Header = (HeaderName, HeaderValue);
type Ask = dyn Fn(&Runtime, TestRequest) -> Answer;

/// The head of a request, without its version.
struct Asked {
    method: Method,
    target: String,
    headers: Vec<Header>,
}

/// A service and what it caused.
struct Stage {
    runtime: Runtime,
    ask: Box<Ask>,
    runs: Arc<AtomicU32>,
    began: Instant,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

// Never dropped: a runtime reaches for what the end of its thread has taken away.
thread_local! {
    static STRANGERS: &'static Stage = Box::leak(Box::new(Stage::new(true)));
    static FRIENDS: &'static Stage = Box::leak(Box::new(Stage::new(false)));
}

/// Whoever asks however is answered with something legal, strangers learn no name and cause no run, and Kubernetes' prober is told the status,
/// whatever else its request has.
pub fn query_accept(input: &[u8]) {
    let Some(asked) = Asked::parse(input) else { return };
    STRANGERS.with(|stage| {
        let told = stage.ask(&asked.method, &asked.target, &asked.headers, &[]);
        assert!(!told.text().contains(NAME), "a stranger is told {}", told.text());
        stage.is_probed(&asked.headers);
        stage.is_left_alone();
    });
    FRIENDS.with(|stage| {
        stage.ask(&asked.method, &asked.target, &asked.headers, AUTHORISED);
        stage.is_probed(&asked.headers);
    });
}

impl Asked {
    fn parse(input: &[u8]) -> Option<Self> {
        let mut lines = input.split(|byte| *byte == b'\n');
        let first = lines.next()?;
        let (method, target) = first.split_at(first.iter().position(|byte| *byte == b' ')?);
        let method = Method::from_bytes(method).ok()?;
        let target = Uri::try_from(&target[1..]).ok().filter(|target| target.path().starts_with('/'))?;
        Some(Self { method, target: target.to_string(), headers: lines.filter_map(header).collect() })
    }
}

fn header(line: &[u8]) -> Option<Header> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok().filter(|name| *name != AUTHORIZATION)?;
    Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
}

impl Stage {
    fn new(passes: bool) -> Self {
        let (runtime, runs) = (Runtime::new().expect("a runtime can be started"), Arc::default());
        let monitor = monitor(passes, Arc::clone(&runs));
        let service = runtime.block_on(init_service(App::new().configure(monitor.probes())));
        let ask = move |runtime: &Runtime, request: TestRequest| {
            runtime.block_on(async { Answer::of(call_service(&service, request.to_request()).await).await })
        };
        Self { runtime, ask: Box::new(ask), runs, began: Instant::now() }
    }

    fn ask(&self, method: &Method, target: &str, headers: &[Header], more: &[(&str, &str)]) -> Answer {
        let request = TestRequest::default().method(method.clone()).uri(target);
        let request = headers.iter().cloned().fold(request, TestRequest::append_header);
        let request = more.iter().copied().fold(request, TestRequest::append_header);
        let answer = (self.ask)(&self.runtime, request);
        answer.is_legal();
        answer
    }

    fn is_probed(&self, headers: &[Header]) {
        for path in ["/livez", "/readyz", "/startupz"] {
            let told = self.ask(&Method::GET, path, headers, PROBER).status.as_u16();
            assert!([200, 503].contains(&told), "{path} tells a prober {told}");
        }
    }

    /// One check is older than its `ttl` whenever somebody asks; the clock runs it every 5 s all the same.
    fn is_left_alone(&self) {
        let most = 3 + self.began.elapsed().as_secs() / 4;
        assert!(u64::from(self.runs.load(Ordering::Relaxed)) <= most, "strangers cause runs");
    }
}

fn monitor(passes: bool, runs: Arc<AtomicU32>) -> Monitor {
    let count = move || {
        runs.fetch_add(1, Ordering::Relaxed);
        async {}
    };
    let asked = Check::new(format!("{NAME}-asked"), count);
    let told = move || async move { if passes { Ok(()) } else { Err(format!("{NAME} is gone")) } };
    Monitor::builder()
        .linked(false)
        .details(Details::bearer(TOKEN))
        .longest_wait(Duration::ZERO)
        .check(if passes { asked.ttl(Duration::from_millis(1)) } else { asked })
        .check(Check::new(format!("{NAME}-beside"), told).failure_threshold(1))
        .build()
        .expect("the checks are legal")
}

impl Answer {
    async fn of(response: ServiceResponse<impl MessageBody>) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        // Events go on.
        let ends = headers.get(CONTENT_TYPE).is_none_or(|media| media != "text/event-stream");
        let body = if ends { to_bytes(response.into_body()).await.ok() } else { None };
        Self { status, headers, body: body.map(Vec::from).unwrap_or_default() }
    }

    fn is_legal(&self) {
        assert!(LEGAL.contains(&self.status.as_u16()), "{} for {}", self.status, self.text());
        for header in ["location", "set-cookie"] {
            assert!(!self.headers.contains_key(header), "{header}");
        }
        let Some(media) = self.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()) else {
            return assert!(self.body.is_empty(), "{} has no type", self.text());
        };
        assert_eq!(self.headers.get(CACHE_CONTROL).map(HeaderValue::as_bytes), Some(&b"no-store"[..]));
        if media.contains("json") {
            let parsed = serde_json::from_slice::<serde_json::Value>(&self.body);
            assert!(parsed.is_ok(), "{media} is {}", self.text());
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
