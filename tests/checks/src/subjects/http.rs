//! HTTP services: a load balancer that answers by itself, and asks for a password where it is told one is needed.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::rt::System;
use healthsdk::checks::http::Request;
use healthsdk::{Check, checks};
use healthsdk_tests::servers::{Haproxy, Missing};
use tokio::sync::oneshot;

use crate::case::Case;
use crate::subject::{Backend, Subject, uncounted};

const CONFIG: &str = r#"
userlist users
    user test insecure-password right
frontend front
    bind "127.0.0.1:${PORT}"
    timeout http-keep-alive 60s
    http-request auth unless { http_auth(users) }
    http-request return status 200 content-type text/plain string "here is a pong"
"#;
const RIGHT: &str = "dGVzdDpyaWdodA==";
const WRONG: &str = "dGVzdDp3cm9uZw==";

/// A client of reqwest.
pub fn reqwest() -> Case {
    Case::new("reqwest", start, |port| async move { Reqwest::new(port, RIGHT) })
        .wrong_password(|port| async move { Reqwest::new(port, WRONG) })
}

/// A client of awc, on a thread of its own.
pub fn awc() -> Case {
    Case::new("awc", start, |port| async move { Awc::new(port, RIGHT) })
        .wrong_password(|port| async move { Awc::new(port, WRONG) })
}

fn start(_: Option<u16>) -> Result<Box<dyn Backend>, Missing> {
    Ok(uncounted(Haproxy::start_with_config(CONFIG)?))
}

fn request(port: u16) -> Request {
    Request::get(format!("http://127.0.0.1:{port}/ping")).contains("pong")
}

struct Reqwest {
    client: reqwest::Client,
    port: u16,
}

impl Reqwest {
    fn new(port: u16, credentials: &str) -> Self {
        let authorization = format!("Basic {credentials}").parse().expect("a header");
        let headers = [(reqwest::header::AUTHORIZATION, authorization)].into_iter().collect();
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self { client: client.expect("a legal client"), port }
    }
}

impl Subject for Reqwest {
    fn check(&self) -> Check {
        checks::reqwest::of("http", self.client.clone(), request(self.port))
    }

    /// The one that a dropped run had may still be closing.
    fn limit(&self) -> usize {
        2
    }
}

struct Awc {
    client: checks::awc::Served,
    port: u16,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Awc {
    fn new(port: u16, credentials: &'static str) -> Self {
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let serve = async move {
            let client = awc::Client::builder()
                .add_default_header(("authorization", format!("Basic {credentials}")))
                .disable_redirects();
            tell.send(checks::awc::serve(client.finish())).expect("it is waited for");
            let _ = ended.await;
        };
        let thread = thread::spawn(|| System::new().block_on(serve));
        let client = told.recv().expect("the client is served");
        Self { client, port, end: Some(end), thread: Some(thread) }
    }
}

impl Subject for Awc {
    fn check(&self) -> Check {
        checks::awc::of("http", self.client.clone(), request(self.port))
    }

    /// The one that a dropped run had may still be closing.
    fn limit(&self) -> usize {
        2
    }
}

impl Drop for Awc {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(ended || thread::panicking(), "the thread of the client has panicked");
    }
}
