//! HTTP services through the client of actix, [`awc`](https://docs.rs/awc).
//!
//! - **Proves**, **does not prove**, **kind**, **timeout** and **permission**: as with [`reqwest`](super::reqwest), or any client.
//! - **Cost**: one round trip on a connection of the client's pool. It is opened anew where the pool has none, which is so
//!   when the time between two runs is longer than the client's keep-alive of 15 s or the server's, every 75 s, and when the
//!   answer has a body longer than 256 KiB.
//!
//! A client of awc stays on the thread that made it, and checks run on others: [`serve`] has it work where it is, and gives
//! out what checks ask through. While that thread is blocked the checks wait, as the service's own requests do; when it ends
//! they fail.
//!
//! Redirects are not an answer: make the client with `disable_redirects()`. This client does not tell when it followed one.
//! Nor does it tell that all connections of its connector are in use, of which there are 100: the check waits, and times out.
//!
//! A run that is dropped closes its connection, and gives its place in the connector back.

use std::{borrow::Cow, future::poll_fn, pin::pin, task::Poll};

use ::awc::{
    Client,
    error::{ConnectError, PayloadError, SendRequestError as Error},
    http::Method,
};
use actix_web::{error::ParseError, rt};
use tokio::sync::{mpsc, oneshot};

use super::{
    failure::{Failure, cause_of},
    http::{Answer, LIMIT, Request},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// What checks ask a client through, from any thread. Made by [`serve`].
#[derive(Clone, Debug)]
pub struct Served(mpsc::UnboundedSender<Job>);

#[derive(Debug)]
struct Job {
    request: Request,
    headers: Vec<(&'static str, String)>,
    answer: oneshot::Sender<Result<Answer, Failure>>,
}

/// Has the client work for checks on this thread, until the last of what it gives out is dropped.
///
/// ```no_run
/// # async fn f() -> Result<(), healthsdk::BuildError> {
/// use healthsdk::{Monitor, checks::{self, http::Request}};
///
/// let client = checks::awc::serve(awc::Client::builder().disable_redirects().finish());
/// let monitor = Monitor::builder()
///     .check(checks::awc::of("stock", client.clone(), Request::get("http://stock.internal/ping")))
///     .check(checks::awc::of_health("billing", client, "http://billing.internal:8080/readyz"))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
///
/// # Panics
/// Outside of an actix system, which `#[actix_web::main]` and every handler and `App` factory is in.
pub fn serve(client: Client) -> Served {
    let (served, mut jobs) = mpsc::unbounded_channel();
    rt::spawn(async move {
        while let Some(job) = jobs.recv().await {
            rt::spawn(work(client.clone(), job));
        }
    });
    Served(served)
}

/// Sends the request, and reads the answer. Data: `latency_ms` and `status`.
///
/// ```no_run
/// # async fn f(client: healthsdk::checks::awc::Served) -> healthsdk::Outcome {
/// use healthsdk::checks::{self, http::Request};
///
/// checks::awc::ask(&client, &Request::get("http://stock.internal/ping").contains("pong")).await
/// # }
/// ```
pub async fn ask(client: &Served, request: &Request) -> Outcome {
    let latency = Latency::start();
    let (answer, answered) = oneshot::channel();
    let ended = || Outcome::error("the thread of the client has ended");
    if client.0.send(Job { request: request.clone(), headers: request.headers(), answer }).is_err() {
        return ended();
    }
    match answered.await {
        Ok(Ok(answer)) => latency.on(request.judge(&answer)),
        Ok(Err(failure)) => failure.into(),
        Err(_) => ended(),
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
/// # async fn f(client: healthsdk::checks::awc::Served) -> healthsdk::Outcome {
/// healthsdk::checks::awc::health(&client, "http://billing.internal:8080/readyz").await
/// # }
/// ```
pub async fn health(client: &Served, url: &str) -> Outcome {
    ask(client, &Request::health(url)).await
}

/// A check that [`ask`]s, of component [`Component`](Component::Component).
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, client: Served, request: Request) -> Check {
    let ask = move || {
        let (client, request) = (client.clone(), request.clone());
        async move { ask(&client, &request).await }
    };
    Check::new(name, ask).component(Component::Component)
}

/// A check that asks for the [`health`] of another service, of component [`Component`](Component::Component).
#[track_caller]
pub fn of_health(name: impl Into<Cow<'static, str>>, client: Served, url: &str) -> Check {
    of(name, client, Request::health(url))
}

/// Does the job, unless nobody waits for it any more.
async fn work(client: Client, mut job: Job) {
    let mut asking = pin!(answer(&client, &job.request, &job.headers));
    let answered = poll_fn(|cx| {
        if job.answer.poll_closed(cx).is_ready() {
            return Poll::Ready(None);
        }
        asking.as_mut().poll(cx).map(Some)
    });
    if let Some(answered) = answered.await {
        let _ = job.answer.send(answered);
    }
}

async fn answer(
    client: &Client,
    request: &Request,
    headers: &[(&'static str, String)],
) -> Result<Answer, Failure> {
    let method = if request.head { Method::HEAD } else { Method::GET };
    let mut sent = client.request(method, &request.url);
    for (name, value) in headers {
        sent = sent.insert_header((*name, value.as_str()));
    }
    let mut response = sent.send().await.map_err(|error| failure(&error))?;
    let status = response.status().as_u16();
    let body = match response.body().limit(LIMIT).await {
        Ok(body) => Some(body),
        Err(PayloadError::Overflow) => None,
        Err(error) => return Err(cut(&error)),
    };
    Ok(Answer { status, body })
}

fn failure(error: &Error) -> Failure {
    let cause = match error {
        Error::Connect(ConnectError::Resolver(_) | ConnectError::NoRecords) => Some(Cause::Unresolved),
        Error::Connect(ConnectError::Disconnected) | Error::Response(ParseError::Incomplete) => {
            Some(Cause::Disconnected)
        }
        Error::Connect(ConnectError::Timeout) | Error::Timeout => Some(Cause::TimedOut),
        Error::Connect(ConnectError::Io(error))
        | Error::Send(error)
        | Error::Response(ParseError::Io(error)) => cause_of(error),
        Error::Response(_) => Some(Cause::WrongAnswer),
        _ => None,
    };
    Failure::of(cause, error)
}

/// Of an answer that did not come to its end.
fn cut(error: &PayloadError) -> Failure {
    let cause = match error {
        PayloadError::Incomplete(_) => Some(Cause::Disconnected),
        PayloadError::EncodingCorrupted | PayloadError::UnknownLength => Some(Cause::WrongAnswer),
        _ => None,
    };
    Failure::of(cause, error)
}
