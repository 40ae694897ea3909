//! Promise 5: strangers are told nothing but the status, and cause nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use actix_web::guard::GuardContext;
use actix_web::web::ServiceConfig;
use healthsdk::{
    BuildInfo, Check, Details, Health, Kind, Monitor, MonitorBuilder, Outcome, Report, health_route,
};
use healthsdk_tests::http::{self, Answer, Client};
use healthsdk_tests::{Service, eventually};

const SOON: Duration = Duration::from_secs(20);
const SECRET: &str = "postgres://app:hunter2@10.0.0.7/orders";
const TOKEN: &str = "a-token-that-nobody-guesses";
const PATHS: [&str; 5] = ["/livez", "/readyz", "/startupz", "/health", "/own"];

#[actix_web::get("/own")]
#[health_route]
async fn own(mut health: Health) -> Report {
    health.error("secret-entry", SECRET);
    health.status()
}

/// A service full of secrets.
fn service(details: Option<Details>) -> Service {
    let mut builder = Monitor::builder()
        .linked(false)
        .build_info(BuildInfo::new("secret-service", "6.6.6", &[Some("secret-commit")]))
        .check(
            Check::new("secret-name", || async { Outcome::error(SECRET).with("secret-key", SECRET) })
                .tags(["secret-tag"])
                .description("secret description"),
        )
        .check(
            Check::new("secret-panic", || async { assert!(SECRET.is_empty(), "{SECRET}") })
                .kind(Kind::Liveness),
        )
        .check(Check::new("secret-start", || async { Err::<(), _>(SECRET) }).kind(Kind::Startup));
    if let Some(details) = details {
        builder = builder.details(details);
    }
    serve(builder)
}

fn serve(builder: MonitorBuilder) -> Service {
    let probes = builder.build().expect("the checks are legal").probes();
    Service::start(move |config: &mut ServiceConfig| {
        probes(config);
        config.service(own);
    })
}

fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

/// All that goes over the wire, but for the date.
fn told(answer: &Answer) -> String {
    let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "date").collect();
    format!("{headers:?} {}", String::from_utf8_lossy(&answer.body))
}

fn is_terse(answer: &Answer) -> bool {
    let status = if answer.status == 200 { "ok" } else { "error" };
    answer.text() == format!(r#"{{"status":"{status}"}}"#) && !told(answer).contains("secret")
}

#[test]
fn by_default_the_body_is_the_status_alone_for_everybody() {
    let service = service(None);
    for path in PATHS {
        for headers in ["", "Authorization: Bearer x\r\n", "Accept: application/xml\r\n"] {
            for query in ["", "?wait=2s", "?wait=x", "?details=true&format=json"] {
                let answer = ask(&service, &format!("{path}{query}"), headers);
                assert!(is_terse(&answer), "{path}{query}: {}", told(&answer));
            }
            for query in ["?verbose", "?exclude=secret-name", "?format=kubernetes"] {
                let answer = ask(&service, &format!("{path}{query}"), headers);
                let name = &path[1..];
                let error = format!("[-]{name} failed: reason withheld\n{name} check failed\n");
                let ok = if query == "?verbose" {
                    format!("[+]{name} ok\n{name} check passed\n")
                } else {
                    "ok".to_owned()
                };
                let expected = if answer.status == 200 { ok } else { error };
                assert_eq!(answer.text(), expected, "{path}{query}");
                assert!(!told(&answer).contains("secret"), "{path}{query}: {}", told(&answer));
            }
        }
    }
}

#[test]
fn only_the_token_opens_the_details() {
    let service = service(Some(Details::bearer(TOKEN)));
    let wrong = [
        String::new(),
        "Authorization: Bearer\r\n".to_owned(),
        "Authorization: Bearer \r\n".to_owned(),
        format!("Authorization: Bearer {}\r\n", &TOKEN[1..]),
        format!("Authorization: Bearer {TOKEN}x\r\n"),
        format!("Authorization: Bearer {}\r\n", TOKEN.to_uppercase()),
        format!("Authorization: Basic {TOKEN}\r\n"),
        format!("Authorization: {TOKEN}\r\n"),
        format!("X-Authorization: Bearer {TOKEN}\r\n"),
    ];
    for path in PATHS {
        for headers in &wrong {
            let answer = ask(&service, path, headers);
            assert!(is_terse(&answer), "{path} with {headers:?}: {}", told(&answer));
        }
        let answer = ask(&service, &format!("{path}?token={TOKEN}"), "");
        assert!(is_terse(&answer), "a token in the address, which logs keep, opens nothing");
        for scheme in ["Bearer", "bearer"] {
            let answer = ask(&service, path, &format!("Authorization: {scheme} {TOKEN}\r\n"));
            assert_eq!(answer.json()["service"], "secret-service", "{path}: {}", told(&answer));
        }
    }
}

#[test]
fn the_users_own_guard_opens_the_details() {
    let guard = |context: &GuardContext<'_>| context.head().headers().contains_key("x-colleague");
    let service = service(Some(Details::when(guard)));
    for path in PATHS {
        assert!(is_terse(&ask(&service, path, "")), "{path}");
        assert!(ask(&service, path, "X-Colleague: 1\r\n").json()["checks"].is_object(), "{path}");
    }
}

#[test]
fn one_of_two_ways_opens_the_details() {
    let service = service(Some(Details::bearer(TOKEN).or(Details::bearer("another-token"))));
    for token in [TOKEN, "another-token"] {
        let answer = ask(&service, "/health", &format!("Authorization: Bearer {token}\r\n"));
        assert!(answer.json()["checks"].is_object());
    }
    assert!(is_terse(&ask(&service, "/health", "Authorization: Bearer neither\r\n")));
    let built = Monitor::builder()
        .linked(false)
        .allow_empty()
        .details(Details::Never.or(Details::bearer("")))
        .build();
    assert!(built.is_err(), "what is wrong with one is wrong with both");
}

#[test]
fn strangers_and_friends_get_the_same_status_code() {
    let service = service(Some(Details::bearer(TOKEN)));
    eventually("all checks have run", SOON, || {
        let body = ask(&service, "/health", &format!("Authorization: Bearer {TOKEN}\r\n")).json();
        body["checks"]
            .as_object()
            .is_some_and(|checks| checks.values().all(|check| check["checked_at"].is_string()))
    });
    for path in PATHS {
        let friend = ask(&service, path, &format!("Authorization: Bearer {TOKEN}\r\n"));
        assert_eq!(ask(&service, path, "").status, friend.status, "{path}");
    }
}

#[test]
fn an_unauthorised_caller_starts_no_run() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let check = Check::new("on-demand", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let builder = Monitor::builder().linked(false).details(Details::bearer(TOKEN));
    let service = serve(builder.check(check.ttl(Duration::from_nanos(1))));
    eventually("the engine itself ran it, so that probers without a token see the truth", SOON, || {
        ask(&service, "/readyz", "").status == 200
    });
    let (before, began) = (runs.load(Ordering::SeqCst), Instant::now());
    let mut stranger = Client::connect(service.addr(), SOON).expect("it listens");
    for _ in 0..100 {
        for path in PATHS {
            stranger.get(path).expect("it answers");
        }
    }
    let (caused, periods) = (runs.load(Ordering::SeqCst) - before, began.elapsed().as_secs() / 5 + 1);
    println!("500 questions of strangers: {caused} runs in {periods} of the engine's own periods");
    assert!(u64::from(caused) <= periods, "{caused} runs in {periods} periods");
    let before = runs.load(Ordering::SeqCst);
    for _ in 0..20 {
        ask(&service, "/readyz", &format!("Authorization: Bearer {TOKEN}\r\n"));
    }
    assert!(runs.load(Ordering::SeqCst) - before >= 20, "who is authorised has it run");
}

#[test]
fn a_token_is_printed_nowhere() {
    let details = Details::bearer(TOKEN);
    let builder = Monitor::builder().linked(false).allow_empty().details(details.clone());
    let printed = format!("{details:?} {builder:?}");
    let printed = format!("{printed} {:?}", builder.build().expect("it is legal"));
    assert!(!printed.contains("nobody-guesses"), "{printed}");
}

#[test]
fn a_token_that_could_never_or_always_match_is_a_start_up_error() {
    for (token, told) in
        [("", "is empty"), ("from-a-file\n", ".trim()"), ("two words", "no header can carry")]
    {
        let built = Monitor::builder().linked(false).allow_empty().details(Details::bearer(token)).build();
        let error = built.expect_err("it is refused").to_string();
        assert!(error.contains(told) && (token.is_empty() || !error.contains(token)), "{error}");
    }
}
