//! `MongoDB` through its [`mongodb`](https://docs.rs/mongodb) client: one `ping`.
//!
//! - **Proves**: a server that the client's read preference chooses, by default the primary, can be found and answers on
//!   a connection of the client's pool, to which it let the client log in.
//! - **Does not prove**: that the account may read or write anything, or that a write would find its majority.
//! - **Kind**: readiness.
//! - **Timeout**: the default, each 5 s. The client looks for a server for 30 s, and so does the service; a shorter
//!   `serverSelectionTimeoutMS`, below the timeout of the check, lets both fail with the reason instead.
//! - **Permission**: none beyond logging in.
//! - **Cost**: one round trip. The client watches each server by connections of its own, check or no check.
//!
//! The client tells nobody how many connections of its pool are in use. A pool without a free one is therefore told as
//! timed out, not as exhausted.
//!
//! A run that is dropped leaves no connection behind: the client closes one whose answer has not come. One that was still
//! waiting for a connection leaves its place in the queue, which the client passes over within 500 ms, one after the other.

use std::borrow::Cow;

use ::mongodb::{
    Client,
    bson::doc,
    error::{Error, ErrorKind},
};

use super::{
    failure::{Failure, cause_in, cause_of},
    measure::Latency,
};
use crate::{Cause, Check, Component, Outcome};

/// Errors by which a server says that it is starting, stopping, or not the one to ask now.
const UNAVAILABLE: [i32; 8] = [50, 91, 189, 10107, 11600, 11602, 13435, 13436];
/// `Unauthorized`, `AuthenticationFailed`, `ReauthenticationRequired`.
const UNAUTHENTICATED: [i32; 3] = [13, 18, 391];

/// Sends one `ping` to the database `admin`. Data: `latency_ms`.
///
/// ```standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks, health_check};
///
/// #[health_check(scope = "shared")]
/// async fn mongodb(client: web::Data<mongodb::Client>) -> Outcome {
///     checks::mongodb::ping(client.get_ref()).await
/// }
/// ```
pub async fn ping(client: &Client) -> Outcome {
    let admin = client.database("admin");
    let mut command = admin.run_command(doc! { "ping": 1 });
    if let Some(criteria) = client.selection_criteria() {
        command = command.selection_criteria(criteria.clone());
    }
    let latency = Latency::start();
    match command.await {
        Ok(_) => latency.on(Outcome::ok()),
        Err(error) => failure(&error).into(),
    }
}

/// A check that [`ping`]s, of component [`Datastore`](Component::Datastore).
///
/// ```no_run
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use healthsdk::{Monitor, Scope, checks};
///
/// let client = mongodb::Client::with_uri_str("mongodb://db:27017/?serverSelectionTimeoutMS=100").await?;
/// let monitor = Monitor::builder()
///     .check(checks::mongodb::of("mongodb", client.clone()).scope(Scope::Shared))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, client: Client) -> Check {
    let ping = move || {
        let client = client.clone();
        async move { ping(&client).await }
    };
    Check::new(name, ping).component(Component::Datastore)
}

fn failure(error: &Error) -> Failure {
    let cause = match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => Some(Cause::Unauthenticated),
        ErrorKind::Command(error) if UNAUTHENTICATED.contains(&error.code) => Some(Cause::Unauthenticated),
        ErrorKind::Command(error) if UNAVAILABLE.contains(&error.code) => Some(Cause::Unavailable),
        ErrorKind::DnsResolve { .. } => Some(Cause::Unresolved),
        ErrorKind::Io(error) => cause_of(error),
        ErrorKind::InvalidResponse { .. } => Some(Cause::WrongAnswer),
        // What the client saw of the servers is in the text alone.
        ErrorKind::ServerSelection { message, .. } | ErrorKind::ConnectionPoolCleared { message, .. } => {
            Some(cause_in(message).unwrap_or(Cause::TimedOut))
        }
        _ => None,
    };
    Failure::of(cause, error)
}
