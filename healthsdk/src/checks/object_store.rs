//! Buckets and folders, through the [`object_store`](https://docs.rs/object_store) client: S3, Azure Blob, Google Cloud Storage, a local folder.
//!
//! - **Proves**: [`head`] that the store is reached, the credentials are good, the bucket is there, and this object in it.
//!   [`list`] the same without an object to be there.
//! - **Does not prove**: that anything can be written, or any other object read. [`list`] of a local folder passes where the
//!   folder is gone: take [`head`].
//! - **Kind**: readiness, for what is needed for every request; otherwise with `failure_status` degraded. All replicas share it:
//!   [`Scope::Shared`](crate::Scope::Shared).
//! - **Timeout**: 1 s for a cloud, and an interval of 30 s or more, or a `ttl`: providers charge for requests, and a list costs
//!   about ten times a head.
//! - **Permission**: [`head`] to read the object (`s3:GetObject`), as the service mostly has it. Without `s3:ListBucket`, an
//!   object that is not there is told as missing permission. [`list`] to list the bucket (`s3:ListBucket`).
//! - **Cost**: one request on a connection of the store's client. A list brings up to 1000 names in its answer, so choose a prefix
//!   under which there is little, or nothing.
//!
//! The stores try again by themselves, ten times and for up to three minutes, so that a fault shows as a timeout alone and not
//! as what it is. Give the store a `RetryConfig` with `max_retries` of 0 or 1, if only in a clone for checks.
//!
//! A run that is dropped closes its connection (HTTP/1) or resets its stream (HTTP/2).

use std::{borrow::Cow, error::Error as StdError, io, iter::successors, sync::Arc};

use ::object_store::{
    Error, ObjectStore, ObjectStoreExt,
    client::{HttpError, HttpErrorKind},
    path::Path,
};
use futures_util::StreamExt;

use super::{failure::Failure, measure::Latency};
use crate::{Cause, Check, Component, Outcome};

/// Asks for an object that is always there, without its content. Data: `latency_ms` and `size`.
///
/// ```no_run
/// # async fn f(store: std::sync::Arc<dyn object_store::ObjectStore>) -> healthsdk::Outcome {
/// healthsdk::checks::object_store::head(&store, &"templates/invoice.html".into()).await
/// # }
/// ```
pub async fn head(store: &Arc<dyn ObjectStore>, object: &Path) -> Outcome {
    let latency = Latency::start();
    match store.head(object).await {
        Ok(found) => latency.on(Outcome::ok()).with("size", found.size),
        Err(error) => failure(&error).into(),
    }
}

/// Asks for the names under a prefix, and takes the first page of them, which may be empty. Data: `latency_ms`.
///
/// ```no_run
/// # async fn f(store: std::sync::Arc<dyn object_store::ObjectStore>) -> healthsdk::Outcome {
/// healthsdk::checks::object_store::list(&store, &"health".into()).await
/// # }
/// ```
pub async fn list(store: &Arc<dyn ObjectStore>, prefix: &Path) -> Outcome {
    let latency = Latency::start();
    match store.list(Some(prefix)).next().await {
        None | Some(Ok(_)) => latency.on(Outcome::ok()),
        Some(Err(error)) => failure(&error).into(),
    }
}

/// A check that asks for the [`head`] of an object, of component [`Datastore`](Component::Datastore).
///
/// ```
/// # fn f(store: std::sync::Arc<dyn object_store::ObjectStore>) -> Result<(), healthsdk::BuildError> {
/// use std::time::Duration;
/// use healthsdk::{Monitor, checks};
///
/// let templates = checks::object_store::of("templates", store, "templates/invoice.html");
/// let monitor = Monitor::builder().check(templates.interval(Duration::from_secs(30))).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, store: Arc<dyn ObjectStore>, object: impl Into<Path>) -> Check {
    let object = object.into();
    let head = move || {
        let (store, object) = (Arc::clone(&store), object.clone());
        async move { head(&store, &object).await }
    };
    Check::new(name, head).component(Component::Datastore)
}

/// A check that [`list`]s, of component [`Datastore`](Component::Datastore).
#[track_caller]
pub fn of_list(
    name: impl Into<Cow<'static, str>>,
    store: Arc<dyn ObjectStore>,
    prefix: impl Into<Path>,
) -> Check {
    let prefix = prefix.into();
    let list = move || {
        let (store, prefix) = (Arc::clone(&store), prefix.clone());
        async move { list(&store, &prefix).await }
    };
    Check::new(name, list).component(Component::Datastore)
}

/// In words of its own: those of the client repeat the URL and the answer, in which there may be a token.
fn failure(error: &Error) -> Failure {
    match error {
        Error::NotFound { .. } => {
            Failure::new(Cause::WrongAnswer, "the object is not there, or the bucket is not")
        }
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            Failure::new(Cause::Unauthenticated, "the credentials were not accepted, or do not allow this")
        }
        error => below(error),
    }
}

fn below(error: &Error) -> Failure {
    let chain = || successors(Some(error as &(dyn StdError + 'static)), |&error| error.source());
    if let Some(error) = chain().find_map(|error| error.downcast_ref::<HttpError>()) {
        // Without a URL, which the client takes out of it.
        return Failure::of(of_kind(error.kind()), error);
    }
    if let Some(error) = chain().find_map(|error| error.downcast_ref::<io::Error>()) {
        return Failure::of(None, error);
    }
    let said = chain().map(ToString::to_string).collect::<String>();
    let Some(status) = status(&said) else {
        return Failure::plain("the client says what may hold a secret, so that it is left out");
    };
    let cause = match status {
        401 | 403 => Cause::Unauthenticated,
        400 if ["ExpiredToken", "InvalidToken"].iter().any(|code| said.contains(code)) => {
            Cause::Unauthenticated
        }
        429 | 500..=599 => Cause::Unavailable,
        _ => Cause::WrongAnswer,
    };
    Failure::new(cause, format_args!("status {status}"))
}

fn of_kind(kind: HttpErrorKind) -> Option<Cause> {
    match kind {
        HttpErrorKind::Timeout => Some(Cause::TimedOut),
        HttpErrorKind::Request | HttpErrorKind::Interrupted => Some(Cause::Disconnected),
        HttpErrorKind::Decode => Some(Cause::WrongAnswer),
        _ => None,
    }
}

/// That of an answer, which is told in no other way where no object was asked for.
fn status(message: &str) -> Option<u16> {
    let (_, after) = message.split_once("status code: ")?;
    after.get(..3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_of_an_answer_tells_the_cause() {
        let cause = |text: &str| {
            let source = format!("Error performing list request: Server returned {text}").into();
            failure(&Error::Generic { store: "S3", source })
        };
        for (text, expected) in [
            ("non-2xx status code: 403 Forbidden: <?xml", Some(Cause::Unauthenticated)),
            ("non-2xx status code: 404 Not Found: <?xml", Some(Cause::WrongAnswer)),
            ("non-2xx status code: 503 Slow Down: ", Some(Cause::Unavailable)),
            ("error response: <Error>", None),
        ] {
            assert_eq!(Outcome::from(cause(text)).cause(), expected, "{text}");
        }
    }

    #[test]
    fn neither_the_url_nor_the_body_of_an_answer_is_told() {
        let said = "Error performing GET https://store/bucket?token=sesame in 3ms - Server returned non-2xx status code: \
                    400 Bad Request: <Code>ExpiredToken</Code><Token-0>sesame</Token-0>";
        for said in [said, "https://store?token=sesame"] {
            let outcome = Outcome::from(failure(&Error::Generic { store: "S3", source: said.into() }));
            assert!(!format!("{outcome:?}").contains("sesame"), "{outcome:?}");
        }
        let outcome = Outcome::from(failure(&Error::Generic { store: "S3", source: said.into() }));
        assert_eq!(outcome.cause(), Some(Cause::Unauthenticated));
    }
}
