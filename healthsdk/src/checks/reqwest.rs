//! HTTP services through the [`reqwest`](https://docs.rs/reqwest) client.
//!
//! - **Proves**: that the service answers a request of this client as expected, in time.
//! - **Does not prove**: that it does what it is for. Ask for a page that says so, where there is one, and none that costs much.
//! - **Kind**: readiness, for a service that is needed for every request; otherwise with `failure_status` degraded. What many
//!   replicas share is [`Scope::Shared`](crate::Scope::Shared).
//! - **Timeout**: the default within a data centre, 2 s to the internet; slower than usual is told by
//!   [`degraded_above`](crate::Check::degraded_above). An interval of 10 s or more, or a `ttl` of 30 s, for who counts requests.
//! - **Permission**: whatever the URL asks for. Credentials are best in the client's default headers.
//! - **Cost**: one round trip on a connection of the client's pool. It is opened anew where the pool has none, which is so
//!   when the time between two runs is longer than `pool_idle_timeout` or the server's keep-alive, and when the answer has a body
//!   longer than 256 KiB. The pool has no limit, so that it is never exhausted.
//!
//! Redirects are not an answer: give the client `redirect::Policy::none()`. One that follows them is noticed, and the check
//! fails, but the other site was asked already.
//!
//! A run that is dropped closes its connection (HTTP/1) or resets its stream (HTTP/2).

use std::{borrow::Cow, error::Error, iter::successors};

use ::reqwest::{Client, Method};
use bytes::BytesMut;

use super::{
    failure::Failure,
    http::{Answer, LIMIT, Request, redirected},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// Sends the request, and reads the answer. Data: `latency_ms` and `status`.
///
/// ```no_run
/// # async fn f() -> healthsdk::Outcome {
/// use healthsdk::checks::{self, http::Request};
///
/// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
/// checks::reqwest::ask(&client, &Request::get("http://stock.internal/ping").contains("pong")).await
/// # }
/// ```
pub async fn ask(client: &Client, request: &Request) -> Outcome {
    let latency = Latency::start();
    match answer(client, request).await {
        Ok(answer) => latency.on(request.judge(&answer)),
        Err(failure) => failure.into(),
    }
}

/// Asks another service that has healthsdk how it is: its `/readyz`, or another of its health endpoints.
///
/// Degraded is degraded, an error is [`Cause::Unavailable`], and what is no such answer is a failure. Two services that wait
/// for each other to be ready are never ready: one of them has to count the other as degraded
/// ([`failure_status`](Check::failure_status)), or to ask for its `/livez`.
///
/// Services may ask each other in a circle. The request says in the header `Health-Hops` how many services it came through:
/// who is asked so answers with what is published where runs are under way, of which one may be what asks, and starts none
/// from the third on.
///
/// ```no_run
/// # async fn f(client: reqwest::Client) -> healthsdk::Outcome {
/// healthsdk::checks::reqwest::health(&client, "http://billing.internal:8080/readyz").await
/// # }
/// ```
pub async fn health(client: &Client, url: &str) -> Outcome {
    ask(client, &Request::health(url)).await
}

/// A check that [`ask`]s, of component [`Component`](Component::Component).
///
/// ```
/// # fn f(client: reqwest::Client) -> Result<(), healthsdk::BuildError> {
/// use std::time::Duration;
/// use healthsdk::{Monitor, Scope, checks::{self, http::Request}};
///
/// let stock = checks::reqwest::of("stock", client, Request::head("http://stock.internal/ping"))
///     .scope(Scope::Shared)
///     .degraded_above(Duration::from_millis(200));
/// let monitor = Monitor::builder().check(stock).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, client: Client, request: Request) -> Check {
    let ask = move || {
        let (client, request) = (client.clone(), request.clone());
        async move { ask(&client, &request).await }
    };
    Check::new(name, ask).component(Component::Component)
}

/// A check that asks for the [`health`] of another service, of component [`Component`](Component::Component).
///
/// ```
/// # fn f(client: reqwest::Client) -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, Status, checks};
///
/// let billing = checks::reqwest::of_health("billing", client, "http://billing.internal:8080/readyz")
///     .failure_status(Status::Degraded);
/// let monitor = Monitor::builder().check(billing).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of_health(name: impl Into<Cow<'static, str>>, client: Client, url: &str) -> Check {
    of(name, client, Request::health(url))
}

async fn answer(client: &Client, request: &Request) -> Result<Answer, Failure> {
    let method = if request.head { Method::HEAD } else { Method::GET };
    let mut sent = client.request(method, &request.url);
    for (name, value) in request.headers() {
        sent = sent.header(name, value);
    }
    let sent = sent.build().map_err(failure)?;
    let mut url = sent.url().clone();
    // Which is not sent.
    url.set_fragment(None);
    let mut response = client.execute(sent).await.map_err(failure)?;
    if *response.url() != url {
        return Err(redirected());
    }
    let status = response.status().as_u16();
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > LIMIT {
            return Ok(Answer { status, body: None });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body: Some(body.freeze()) })
}

fn failure(error: ::reqwest::Error) -> Failure {
    let error = error.without_url();
    let cause = if error.is_timeout() {
        Some(Cause::TimedOut)
    } else if error.is_dns() {
        Some(Cause::Unresolved)
    } else if error.is_redirect() {
        Some(Cause::WrongAnswer)
    } else {
        let mut below = successors(error.source(), |&error| error.source());
        below.find_map(|error| cause(error.downcast_ref()?))
    };
    Failure::of(cause, &error)
}

fn cause(error: &hyper::Error) -> Option<Cause> {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return Some(Cause::Disconnected);
    }
    error.is_parse().then_some(Cause::WrongAnswer)
}
