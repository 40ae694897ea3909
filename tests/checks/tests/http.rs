//! What the checks of HTTP services do beside what the fault matrix shows: they keep their connection, follow no redirect, and
//! tell no secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, rt};
use healthsdk::checks::http::Request;
use healthsdk::{Cause, Outcome, Status, checks};
use healthsdk_tests::proxy::Proxy;
use healthsdk_tests::{Service, free_port};
use reqwest::redirect::Policy;

/// Where each page is, and how often the target of redirects was asked.
fn pages() -> (Service, Arc<AtomicU64>) {
    let reached = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&reached);
    let configure = move |config: &mut ServiceConfig| {
        let counted = Arc::clone(&counted);
        let target = move || {
            counted.fetch_add(1, SeqCst);
            HttpResponse::Ok().body("pong")
        };
        let target = move || std::future::ready(target());
        config
            .route("/ping", web::to(|| async { HttpResponse::Ok().body("pong") }))
            .route("/long", web::to(|| async { HttpResponse::Ok().body(vec![b'x'; 1 << 20]) }))
            .route("/moved", web::to(|| async { moved("/target") }))
            .route("/target", web::to(target))
            .route("/private", web::to(private));
    };
    (Service::start(configure), reached)
}

fn moved(to: &'static str) -> HttpResponse {
    HttpResponse::Found().insert_header(("location", to)).finish()
}

async fn private(request: HttpRequest) -> HttpResponse {
    let right = request.headers().get("authorization").is_some_and(|value| value == "Basic dTpzZWNyZXQ=");
    if right { HttpResponse::Ok().finish() } else { HttpResponse::Forbidden().finish() }
}

fn client(redirects: Policy) -> reqwest::Client {
    reqwest::Client::builder().redirect(redirects).no_proxy().build().expect("a legal client")
}

fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
    (outcome.status(), outcome.cause())
}

const WRONG: (Status, Option<Cause>) = (Status::Error, Some(Cause::WrongAnswer));

#[actix_web::test]
async fn a_redirect_is_no_answer_whether_the_client_follows_it_or_not() {
    let (pages, reached) = pages();
    let moved = Request::get(pages.url("/moved"));
    let outcome = checks::reqwest::ask(&client(Policy::none()), &moved).await;
    assert_eq!(said(&outcome), WRONG, "{outcome:?}");
    assert_eq!(outcome.message(), Some("wrong answer: status 302, and redirects are not followed"));
    let awc = checks::awc::serve(awc::Client::builder().disable_redirects().finish());
    assert_eq!(said(&checks::awc::ask(&awc, &moved).await), WRONG);
    assert_eq!(reached.load(SeqCst), 0, "the target was asked");

    let outcome = checks::reqwest::ask(&client(Policy::limited(10)), &moved).await;
    assert_eq!(said(&outcome), WRONG, "{outcome:?}");
    assert_eq!(reached.load(SeqCst), 1);
    let expected = Request::get(pages.url("/moved")).status([302]);
    let outcome = checks::reqwest::ask(&client(Policy::none()), &expected).await;
    assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
}

#[actix_web::test]
async fn one_connection_serves_all_runs_whatever_is_expected_of_the_body() {
    let (pages, _) = pages();
    let proxy = Proxy::start();
    proxy.lead_to(pages.addr().port());
    let at = |path: &str| format!("http://127.0.0.1:{}{path}", proxy.port());
    let (reqwest, awc) = (client(Policy::none()), checks::awc::serve(awc::Client::default()));
    let requests =
        [Request::get(at("/ping")), Request::get(at("/ping")).contains("pong"), Request::head(at("/long"))];
    for _ in 0..5 {
        for request in &requests {
            let outcome = checks::reqwest::ask(&reqwest, request).await;
            assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
            let outcome = checks::awc::ask(&awc, request).await;
            assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
        }
    }
    assert_eq!(proxy.counts().connections, 2);
    assert_eq!(proxy.counts().round_trips, 30);
}

#[actix_web::test]
async fn a_body_that_is_too_long_is_not_read_to_its_end() {
    let (pages, _) = pages();
    let long = Request::get(pages.url("/long")).contains("y");
    let reqwest = checks::reqwest::ask(&client(Policy::none()), &long).await;
    let awc = checks::awc::ask(&checks::awc::serve(awc::Client::default()), &long).await;
    for outcome in [reqwest, awc] {
        assert_eq!(outcome.message(), Some("wrong answer: a body longer than 256 KiB"));
    }
}

#[actix_web::test]
async fn what_a_url_has_of_secrets_is_in_no_message() {
    let (pages, _) = pages();
    let reqwest = client(Policy::none());
    let awc = checks::awc::serve(awc::Client::default());
    let with_password = |port: u16, path: &str| format!("http://u:secret@127.0.0.1:{port}{path}?key=secret");

    let right = Request::get(with_password(pages.addr().port(), "/private"));
    assert_eq!(checks::reqwest::ask(&reqwest, &right).await.status(), Status::Ok);
    let closed = with_password(free_port(), "/");
    for url in [closed, "http://u:secret@[::1/?key=secret".to_owned(), "secret".to_owned()] {
        let request = Request::get(url);
        for outcome in
            [checks::reqwest::ask(&reqwest, &request).await, checks::awc::ask(&awc, &request).await]
        {
            assert_eq!(outcome.status(), Status::Error);
            assert!(!format!("{outcome:?}").contains("secret"), "{outcome:?}");
        }
    }
    let refused = Request::get(pages.url("/private"));
    let outcome = checks::reqwest::ask(&reqwest, &refused).await;
    assert_eq!(said(&outcome), (Status::Error, Some(Cause::Unauthenticated)));
}

#[actix_web::test]
async fn a_name_without_an_address_is_unresolved() {
    let request = Request::get("http://name.invalid/");
    let reqwest = checks::reqwest::ask(&client(Policy::none()), &request).await;
    let awc = checks::awc::ask(&checks::awc::serve(awc::Client::default()), &request).await;
    for outcome in [reqwest, awc] {
        assert_eq!(outcome.cause(), Some(Cause::Unresolved), "{outcome:?}");
    }
}

#[test]
fn the_end_of_the_thread_of_a_client_is_told() {
    let served = rt::System::new().block_on(async { checks::awc::serve(awc::Client::default()) });
    let asked = rt::System::new()
        .block_on(async { checks::awc::ask(&served, &Request::get("http://127.0.0.1/")).await });
    assert_eq!(asked.message(), Some("the thread of the client has ended"));
}
