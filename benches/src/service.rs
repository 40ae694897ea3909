use std::{
    future::{Future, ready},
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use actix_http::Request;
use actix_web::{
    App, HttpResponse,
    body::to_bytes,
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    rt::System,
    test::{TestRequest, init_service},
    web,
};
use bytes::Bytes;
use healthsdk::{Check, Details, Monitor, MonitorBuilder};

use crate::{Result, everything::equipped};

pub(crate) const BARE: &str = "/bare";
pub(crate) const READY: &str = "/readyz";
/// The same handler after the probes, as a service's own are.
pub(crate) const ORDINARY: &str = "/ordinary";

/// Longer than any run of the benchmarks: the checks run once.
pub(crate) const NEVER_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// The smallest there is: each answer is of a new round.
pub(crate) const NO_TTL: Duration = Duration::from_nanos(1);
const UNREADY: Duration = Duration::from_secs(300);

/// A monitor of so many checks that do nothing.
pub(crate) fn monitor(checks: u32, options: fn(Check) -> Check, deadline: Duration) -> Result<Monitor> {
    let checks = (0..checks).map(|number| options(Check::new(format!("check-{number}"), || async {})));
    built(checks, deadline)
}

/// As many background checks, about which these callers are told everything.
pub(crate) fn detailed(checks: u32, details: Details, deadline: Duration) -> Result<Monitor> {
    let checks =
        (0..checks).map(|number| Check::new(format!("check-{number}"), || async {}).interval(NEVER_AGAIN));
    let builder = equipped(Monitor::builder().linked(false).deadline(deadline).details(details));
    Ok(checks.fold(builder, MonitorBuilder::check).build()?)
}

pub(crate) fn built(checks: impl IntoIterator<Item = Check>, deadline: Duration) -> Result<Monitor> {
    let builder = equipped(Monitor::builder().linked(false).deadline(deadline));
    Ok(checks.into_iter().fold(builder, MonitorBuilder::check).build()?)
}

/// The bare handler comes first: its route is found sooner than any probe's. It answers what was copied, if anything.
pub(crate) fn app(
    monitor: &Monitor,
    copied: Option<Copied>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let bare_route = match copied {
        Some(copied) => web::get().to(move || ready(copied.answer())),
        None => web::get().to(bare),
    };
    App::new().route(BARE, bare_route).configure(monitor.probes()).route(ORDINARY, web::get().to(bare))
}

/// What a service would write by hand in the place of a probe whose answer is known.
async fn bare() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((VARY, HeaderValue::from_static("Accept")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .body(Bytes::from_static(br#"{"status":"ok"}"#))
}

/// What a probe answered once, for the bare handler.
#[derive(Clone)]
pub(crate) struct Copied {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Copied {
    /// Of a probe that answers the same whenever it is asked.
    pub(crate) fn of(monitor: &Monitor, path: &str) -> Result<Self> {
        block_on(async { InProcess::new(monitor).await?.copied(path).await })
    }

    fn answer(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.body(self.body.clone())
    }
}

/// Runs something in what actix-web's workers run in.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    System::new().block_on(future)
}

/// The service of one worker, in this process and without a socket.
pub(crate) struct InProcess<S>(S);

impl InProcess<()> {
    pub(crate) async fn mounted(
        monitor: &Monitor,
        copied: Option<Copied>,
    ) -> InProcess<impl Answers + use<>> {
        InProcess(init_service(app(monitor, copied)).await)
    }

    /// Returns once it is ready.
    pub(crate) async fn new(monitor: &Monitor) -> Result<InProcess<impl Answers + use<>>> {
        let service = InProcess::mounted(monitor, None).await;
        let began = Instant::now();
        while service.ask(READY).await? != StatusCode::OK {
            if began.elapsed() > UNREADY {
                return Err(format!("not ready after {UNREADY:?}").into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(service)
    }
}

/// A service as actix-web makes it.
pub(crate) trait Answers:
    Service<Request, Response = ServiceResponse, Error = actix_web::Error>
{
}

impl<S: Service<Request, Response = ServiceResponse, Error = actix_web::Error>> Answers for S {}

impl<S: Answers> InProcess<S> {
    pub(crate) async fn ask(&self, path: &str) -> Result<StatusCode> {
        let answer = self.0.call(request(path)).await.map_err(|error| error.to_string())?;
        Ok(answer.status())
    }

    pub(crate) async fn copied(&self, path: &str) -> Result<Copied> {
        let answer = self.0.call(request(path)).await.map_err(|error| error.to_string())?;
        let headers = answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let body = to_bytes(answer.into_body()).await.map_err(|error| error.to_string())?;
        Ok(Copied { headers, body })
    }

    /// The time from the request to its answer, which must be 200.
    pub(crate) async fn time(&self, path: &str) -> Result<Duration> {
        let request = request(path);
        let began = Instant::now();
        let answer = self.0.call(request).await.map_err(|error| error.to_string())?;
        let took = began.elapsed();
        if answer.status() == StatusCode::OK {
            Ok(took)
        } else {
            Err(format!("{path}: {}", answer.status()).into())
        }
    }

    /// Has the request answered without waiting for anything.
    ///
    /// # Panics
    /// Where it is not answered at once, with 200.
    pub(crate) fn at_once(&self, request: Request) {
        match pin!(self.0.call(request)).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(answer)) => assert_eq!(answer.status(), StatusCode::OK),
            Poll::Ready(Err(error)) => panic!("{error}"),
            Poll::Pending => panic!("it waits, so it is no read of a fresh snapshot"),
        }
    }
}

pub(crate) fn request(path: &str) -> Request {
    TestRequest::get().uri(path).to_request()
}
