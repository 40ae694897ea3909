//! Object stores: SeaweedFS, which speaks S3.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::sync::Arc;

use healthsdk::{Check, checks};
use healthsdk_tests::servers::{PASSWORD, Seaweed};
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use tonic::codegen::http::Response;

use crate::case::Case;
use crate::subject::{Subject, counted};

/// A list of a prefix under which there is nothing.
pub fn s3() -> Case {
    let start = |_| Ok(counted(Seaweed::start()?, Seaweed::connections));
    Case::new("object_store, S3", start, |port| async move { S3::new(port, PASSWORD) })
        .wrong_password(|port| async move { S3::new(port, "wrong") })
}

struct S3(Arc<dyn ObjectStore>);

impl S3 {
    fn new(port: u16, secret: &str) -> Self {
        let store = AmazonS3Builder::new()
            .with_endpoint(format!("http://127.0.0.1:{port}"))
            .with_allow_http(true)
            .with_region("us-east-1")
            .with_bucket_name(Seaweed::BUCKET)
            .with_access_key_id(Seaweed::KEY)
            .with_secret_access_key(secret)
            .with_http_connector(Plain)
            .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() });
        Self(Arc::new(store.build().expect("a legal configuration")))
    }
}

impl Subject for S3 {
    fn check(&self) -> Check {
        checks::object_store::of_list("s3", Arc::clone(&self.0), "health")
    }

    /// The one that a dropped run had may still be closing.
    fn limit(&self) -> usize {
        2
    }
}

/// Has the store use a client without TLS, which is all that the server needs: the store's own cannot be built without.
#[derive(Debug)]
struct Plain;

impl HttpConnector for Plain {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder().no_proxy().build().expect("a legal client");
        Ok(HttpClient::new(Sender(client)))
    }
}

#[derive(Debug)]
struct Sender(reqwest::Client);

/// Requests without a body alone.
#[tonic::async_trait]
impl HttpService for Sender {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = request.map(|_| reqwest::Body::default());
        let request = reqwest::Request::try_from(request).map_err(failure)?;
        let answer = self.0.execute(request).await.map_err(failure)?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let body = answer.bytes().await.map_err(failure)?;
        Ok(response.body(body.into()).expect("it came as one"))
    }
}

/// As the store's own client has it.
fn failure(error: reqwest::Error) -> HttpError {
    let is_io = |error: &(dyn Error + 'static)| error.is::<io::Error>();
    let interrupted = successors(error.source(), |&error| error.source()).any(is_io);
    let kind = match () {
        () if error.is_timeout() => HttpErrorKind::Timeout,
        () if error.is_connect() => HttpErrorKind::Connect,
        () if interrupted => HttpErrorKind::Interrupted,
        () => HttpErrorKind::Request,
    };
    HttpError::new(kind, error.without_url())
}
