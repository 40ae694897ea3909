//! Services of gRPC, through the channel of [`tonic`](https://docs.rs/tonic).
//!
//! - **Proves**: that the service answers the standard question for its health, `grpc.health.v1.Health/Check`, with `SERVING`.
//! - **Does not prove**: more than the service looks at itself. Many answer without looking at anything.
//! - **Kind**: readiness, for a service that is needed for every request; otherwise with `failure_status` degraded. What many
//!   replicas share is [`Scope::Shared`](crate::Scope::Shared).
//! - **Timeout**: the default, with the default interval. Give the channel `http2_keep_alive_interval` and
//!   `keep_alive_while_idle`: otherwise a connection that has died in silence is used again, by the service as by the check, until
//!   the operating system gives it up.
//! - **Permission**: none where the server leaves its health service open; otherwise that of the channel's interceptor.
//! - **Cost**: one round trip as a stream of the channel's connection. The channel connects when it is first used, and has one
//!   connection for any number of streams, so that it is never exhausted.
//!
//! Two services that wait for each other to be ready are never ready: one of them has to count the other as degraded. Where the
//! other has healthsdk, a circle ends as told at `health` of the HTTP clients.
//!
//! A run that is dropped resets its stream.

use std::{borrow::Cow, error::Error, io, iter::successors};

use ::tonic::{
    Code, Request, Status, TimeoutExpired,
    body::Body,
    client::{Grpc, GrpcService},
    codegen::{Body as HttpBody, Bytes, StdError, http::uri::PathAndQuery},
    metadata::AsciiMetadataValue,
};
use tonic_prost::ProstCodec;

use super::{
    failure::{Failure, cause_of},
    measure::Latency,
};
use crate::{
    Cause, Check, Component, Outcome,
    proto::{HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus},
    run::Hops,
};

/// Asks how a service of the server is; the whole server, where the name is empty. Data: `latency_ms`.
///
/// Takes a `Channel`, or one with interceptors or layers. A server that knows no service of the name, or has no health
/// service, gives a [`Cause::WrongAnswer`].
///
/// ```no_run
/// # async fn f() -> Result<healthsdk::Outcome, tonic::transport::Error> {
/// use std::time::Duration;
/// use tonic::transport::Endpoint;
///
/// let billing = Endpoint::from_static("http://billing.internal:50051")
///     .http2_keep_alive_interval(Duration::from_secs(10))
///     .keep_alive_while_idle(true)
///     .connect_lazy();
/// Ok(healthsdk::checks::tonic::ask(&billing, "billing.v1.Invoices").await)
/// # }
/// ```
pub async fn ask<T>(channel: &T, service: &str) -> Outcome
where
    T: GrpcService<Body> + Clone,
    T::Error: Into<StdError>,
    T::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <T::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    let latency = Latency::start();
    let mut client = Grpc::new(channel.clone());
    if let Err(error) = client.ready().await {
        return unreached(&*error.into(), Cause::Unavailable).into();
    }
    let mut request = Request::new(HealthCheckRequest { service: service.to_owned() });
    if let Ok(hops) = AsciiMetadataValue::try_from(Hops::onward()) {
        request.metadata_mut().insert(Hops::HEADER, hops);
    }
    let path = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
    let codec = ProstCodec::<HealthCheckRequest, HealthCheckResponse>::default();
    let outcome = match client.unary(request, path, codec).await {
        Ok(response) => told(response.get_ref().status()),
        Err(status) => return failure(&status, service).into(),
    };
    latency.on(outcome)
}

/// A check that [`ask`]s, of component [`Component`](Component::Component).
///
/// ```
/// # fn f(channel: tonic::transport::Channel) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, checks};
///
/// let monitor = Monitor::builder().check(checks::tonic::of("billing", channel, "")).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<T>(name: impl Into<Cow<'static, str>>, channel: T, service: impl Into<String>) -> Check
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError> + Send,
    T::ResponseBody: HttpBody<Data = Bytes> + Send + 'static,
    <T::ResponseBody as HttpBody>::Error: Into<StdError> + Send,
{
    let service = service.into();
    let ask = move || {
        let (channel, service) = (channel.clone(), service.clone());
        async move { ask(&channel, &service).await }
    };
    Check::new(name, ask).component(Component::Component)
}

fn told(status: ServingStatus) -> Outcome {
    let failure = match status {
        ServingStatus::Serving => return Outcome::ok(),
        ServingStatus::NotServing => Failure::new(Cause::Unavailable, "it says that it is not serving"),
        ServingStatus::Unknown => Failure::new(Cause::Unavailable, "it does not know whether it is serving"),
        ServingStatus::ServiceUnknown => Failure::new(Cause::WrongAnswer, "it has no such service"),
    };
    failure.into()
}

fn failure(status: &Status, service: &str) -> Failure {
    let cause = match status.code() {
        Code::NotFound => {
            return Failure::new(Cause::WrongAnswer, format_args!("it has no service {service:?}"));
        }
        Code::Unimplemented => return Failure::new(Cause::WrongAnswer, "it has no health service"),
        Code::Unauthenticated | Code::PermissionDenied => Cause::Unauthenticated,
        Code::DeadlineExceeded => Cause::TimedOut,
        Code::Unavailable | Code::ResourceExhausted => Cause::Unavailable,
        // Of a stream that ended without an answer.
        Code::Cancelled | Code::Unknown | Code::Internal if status.source().is_some() => Cause::Disconnected,
        _ => Cause::WrongAnswer,
    };
    match status.source() {
        Some(error) => unreached(error, cause),
        None => Failure::new(cause, format_args!("{:?}: {}", status.code(), status.message())),
    }
}

/// Of an error of the channel itself; `otherwise`, where it does not tell its cause.
fn unreached(error: &(dyn Error + 'static), otherwise: Cause) -> Failure {
    let mut chain = successors(Some(error), |&error| error.source());
    let cause = chain.find_map(|error| {
        if error.is::<TimeoutExpired>() {
            return Some(Cause::TimedOut);
        }
        // The type is hidden, and what is below it has no kind.
        if error.to_string() == "dns error" {
            return Some(Cause::Unresolved);
        }
        error.downcast_ref::<io::Error>().and_then(cause_of)
    });
    Failure::of(Some(cause.unwrap_or(otherwise)), error)
}
