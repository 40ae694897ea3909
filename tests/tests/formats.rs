//! Every form of answer: what it is asked for by, and what it says, to the byte.

use healthsdk::{Check, Details, Health, Monitor, MonitorBuilder, Report, health_route};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually};

const SOON: std::time::Duration = std::time::Duration::from_secs(20);
const TOKEN: &str = "a-token-that-nobody-guesses";
const ENDPOINTS: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];

#[actix_web::get("/own")]
#[health_route(kind = "readiness")]
async fn own(health: Health) -> Report {
    health.status()
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::bearer(TOKEN))
}

fn serve(monitor: &Monitor) -> Service {
    let probes = monitor.probes();
    let service = Service::start(move |config| {
        probes(config);
        config.service(own);
    });
    eventually("every check has run", SOON, || {
        let body = friend(&service, "/health", "").text().to_owned();
        !body.contains("not run yet") && !body.contains("process/server")
    });
    service
}

fn service(builder: MonitorBuilder) -> Service {
    serve(&builder.build().expect("it is legal"))
}

fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

fn friend(service: &Service, path: &str, headers: &str) -> Answer {
    ask(service, path, &format!("Authorization: Bearer {TOKEN}\r\n{headers}"))
}

#[test]
fn an_unknown_format_is_406_with_the_words_that_there_are() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for word in ["", "nonsense", "JSON", "%FF", "html&format=nonsense", "x&verbose", "x&exclude=ping"] {
        let query = format!("?format={word}");
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping", "/readyz/none", "/readyz/"]) {
            let answer = friend(&service, &format!("{path}{query}"), "Accept: application/json\r\n");
            assert_eq!(answer.status, 406, "{path}{query}");
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("vary"), None, "whatever is accepted");
            let words = answer.text();
            assert!(words.contains("one of json, ") && words.ends_with('\n'), "{words}");
            let expected = if path == "/readyz/none" { 404 } else { 200 };
            for word in words.trim_end().split("one of ").last().expect("words").split(", ") {
                let answer = friend(&service, &format!("{path}?format={word}"), "");
                assert_eq!(answer.status, expected, "{path} {word}");
            }
        }
        for path in ENDPOINTS.into_iter().chain(["/own"]) {
            let (stranger, friend) = (
                ask(&service, &format!("{path}{query}"), ""),
                friend(&service, &format!("{path}{query}"), ""),
            );
            assert_eq!((stranger.status, stranger.text()), (406, friend.text()), "{path}{query}");
        }
        assert_eq!(ask(&service, &format!("/readyz/ping{query}"), "").status, 404, "whatever is asked");
    }
}

#[test]
fn accept_is_never_a_reason_to_refuse() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for accept in [
        "image/png",
        "application/json;q=0",
        "*/*;q=0",
        "text/event-stream",
        "application/xml",
        "no/such+json",
    ] {
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/ping"]) {
            let answer = friend(&service, path, &format!("Accept: {accept}\r\n"));
            assert_eq!((answer.status, &answer.json()["status"]), (200, &"ok".into()), "{path} {accept}");
            assert_eq!(answer.header("vary"), Some("Accept"), "{path} {accept}");
        }
    }
}

#[test]
fn the_query_goes_before_accept_and_of_several_words_the_last_counts() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for (query, json) in [
        ("format=json", true),
        ("format=x&format=json", true),
        ("format=json&format=text", false),
        ("format=kubernetes", false),
        ("format=json&verbose", false),
    ] {
        for accept in ["text/plain", "application/json"] {
            let answer = friend(&service, &format!("/readyz?{query}"), &format!("Accept: {accept}\r\n"));
            let told = answer.header("content-type").expect("there is one");
            assert_eq!(told.starts_with("application/json"), json, "{query} {accept}");
            assert_eq!(answer.header("vary"), None, "{query} {accept}");
        }
    }
}
