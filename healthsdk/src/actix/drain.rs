use std::{
    fmt,
    future::{Ready, poll_fn, ready},
    pin::{Pin, pin},
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    error::ErrorServiceUnavailable,
    http::{ConnectionType, StatusCode},
    rt::System,
};
use bytes::Bytes;

use crate::{
    Lifecycle, Monitor,
    run::{Lane, Passage},
};

/// While the service drains, every HTTP/1 answer closes its connection; and the requests under way are counted, so that the log
/// can tell of them and the grace period is kept. Made by [`Monitor::drain_middleware`].
#[derive(Clone, Debug)]
pub struct DrainMiddleware(Monitor);

impl Monitor {
    /// For `HttpServer::shutdown_signal`: on SIGTERM or SIGINT readiness answers 503 at once, and the future resolves after the
    /// drain delay and all holds, when actix-web begins its graceful stop. Liveness and startup stay as they are.
    ///
    /// There is no delay while the service is still starting, nor for SIGINT where standard input is a terminal. Signals within 1 s of the first
    /// and further SIGTERMs change nothing. A later SIGINT ends the delay and all holds; one after the server was told to stop ends
    /// the process with code 130.
    ///
    /// Signals are handled from this call on, on a thread of their own, and never by the system's default again. A server that has not
    /// ended when the grace period is over (less 2 s) is ended together with the actix `System` in which this is called, if any.
    ///
    /// Give it to one server of a `System` alone, and every other one `disable_signals`: whichever ends by a signal ends the system with all its
    /// servers 300 ms later.
    ///
    /// ```no_run
    /// # use actix_web::{App, HttpServer};
    /// # use healthsdk::Monitor;
    /// # async fn f(monitor: Monitor) -> std::io::Result<()> {
    /// let (probes, drain) = (monitor.probes(), monitor.drain_middleware());
    /// HttpServer::new(move || App::new().wrap(drain.clone()).configure(probes.clone()))
    ///     .shutdown_signal(monitor.shutdown_signal())
    ///     .shutdown_timeout(monitor.shutdown_timeout())
    ///     .bind(("0.0.0.0", 8080))?
    ///     .run()
    ///     .await
    /// # }
    /// ```
    pub fn shutdown_signal(&self) -> impl Future<Output = ()> + Send + 'static {
        let force =
            System::try_current().map(|system| Box::new(move || system.stop()) as Box<dyn Fn() + Send>);
        let (monitor, stop) = (self.clone(), self.shutdown().signal(force));
        async move {
            stop.await;
            drop(monitor);
        }
    }

    /// For `App::wrap`, as the outermost middleware: the last `wrap` in an `App`.
    ///
    /// While the service drains, it makes every HTTP/1 answer carry `Connection: close`, so that clients with connections kept
    /// alive move on to another instance before the listener is closed. It counts requests, to the end of their bodies, for the log
    /// of the drain; those that are left when the grace period is over (less 3 s) are answered with 503, or cut where their answer has
    /// begun, so that the service ends by itself.
    pub fn drain_middleware(&self) -> DrainMiddleware {
        DrainMiddleware(self.clone())
    }
}

impl<S, B> Transform<S, ServiceRequest> for DrainMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<DrainBody>;
    type Error = Error;
    type Transform = DrainService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        self.0.engine().serving();
        let lane = self.0.shutdown().traffic().lane();
        ready(Ok(DrainService { service, monitor: Rc::new(self.0.clone()), lane }))
    }
}

/// What [`DrainMiddleware`] makes of a service.
#[derive(Debug)]
pub struct DrainService<S> {
    service: S,
    /// One for each worker: a clone of the monitor itself for each request would be counted by all of them together.
    monitor: Rc<Monitor>,
    lane: Arc<Lane>,
}

impl<S, B> Service<ServiceRequest> for DrainService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<DrainBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let mut passage = self.lane.enter();
        let monitor = Rc::clone(&self.monitor);
        let answering = self.service.call(request);
        Box::pin(async move {
            let mut answering = pin!(answering);
            let answered = poll_fn(|context| match answering.as_mut().poll(context) {
                Poll::Ready(answered) => Poll::Ready(Some(answered)),
                Poll::Pending => passage.poll_cut(context).map(|()| None),
            });
            let Some(answered) = answered.await else {
                let error = ErrorServiceUnavailable("the service stops");
                return Err(Leaving { error, monitor }.into());
            };
            let leaves = monitor.lifecycle() >= Lifecycle::Draining;
            match answered {
                Ok(mut response) => {
                    if leaves {
                        monitor.leave(response.response_mut());
                    }
                    Ok(response.map_body(|_, body| DrainBody::new(body.boxed(), passage)))
                }
                Err(error) => {
                    passage.complete();
                    Err(if leaves { Leaving { error, monitor }.into() } else { error })
                }
            }
        })
    }
}

/// A body that is counted as under way until its end.
#[derive(Debug)]
pub struct DrainBody {
    body: BoxBody,
    passage: Passage,
}

impl DrainBody {
    fn new(body: BoxBody, mut passage: Passage) -> Self {
        if matches!(body.size(), BodySize::None) {
            passage.complete();
            return Self { body, passage };
        }
        let body = match body.try_into_bytes() {
            Ok(bytes) => {
                passage.complete();
                BoxBody::new(bytes)
            }
            Err(stream) => stream,
        };
        Self { body, passage }
    }
}

impl MessageBody for DrainBody {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let Self { body, passage } = &mut *self;
        if passage.is_cut() {
            return Poll::Ready(Some(Err("the service stops".into())));
        }
        match Pin::new(body).poll_next(context) {
            Poll::Pending => passage.poll_cut(context).map(|()| Some(Err("the service stops".into()))),
            Poll::Ready(chunk) => {
                if chunk.is_none() {
                    passage.complete();
                }
                Poll::Ready(chunk)
            }
        }
    }
}

impl Monitor {
    /// Tells the client with an answer that the service is about to stop.
    fn leave<B>(&self, response: &mut HttpResponse<B>) {
        close(response);
        self.dialect().envoy_leaving(response);
    }
}

/// An error of a service that is about to stop.
struct Leaving {
    error: Error,
    monitor: Rc<Monitor>,
}

impl ResponseError for Leaving {
    fn status_code(&self) -> StatusCode {
        self.error.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.error.error_response();
        self.monitor.leave(&mut response);
        response
    }
}

impl fmt::Debug for Leaving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl fmt::Display for Leaving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

/// A connection that has changed its protocol is closed by those who speak on it.
pub(super) fn close<B>(response: &mut HttpResponse<B>) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
}
