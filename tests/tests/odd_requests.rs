//! Every path, asked in every way that a prober of the past or a mistyped configuration may ask: the right status, never a
//! 500, never a redirect, never a panic.

use std::time::Duration;

use healthsdk::{Check, Details, Kind, Monitor};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually};

const SOON: Duration = Duration::from_secs(20);
const TOKEN: &str = "a-token-that-nobody-guesses";

/// A path with what authorised callers and strangers are to get for it.
const PATHS: [(&str, u16, u16); 30] = [
    ("/livez", 200, 200),
    ("/readyz", 503, 503),
    ("/startupz", 200, 200),
    ("/health", 503, 503),
    ("/livez/", 200, 200),
    ("/readyz/", 503, 503),
    ("/startupz/", 200, 200),
    ("/health/", 503, 503),
    ("/%72eadyz", 503, 503),
    ("/readyz/good", 200, 404),
    ("/readyz/bad", 503, 404),
    ("/readyz/b%61d", 503, 404),
    ("/readyz/%62%61%64", 503, 404),
    ("/health/alive", 200, 404),
    ("/livez/alive", 200, 404),
    ("/livez/bad", 404, 404),
    ("/startupz/bad", 404, 404),
    ("/readyz/none", 404, 404),
    ("/readyz/bad/", 404, 404),
    ("/readyz/bad%2F", 404, 404),
    ("/readyz//", 404, 404),
    ("/readyz/%2F", 404, 404),
    ("/readyz/.", 404, 404),
    ("/readyz/..%2Flivez", 404, 404),
    ("/readyz/process/draining", 404, 404),
    ("/readyz/%FF%FE", 404, 404),
    ("/readyz/%", 404, 404),
    ("/readyz/%zz%0", 404, 404),
    ("/readyz/%00%0D%0A", 404, 404),
    ("/readyz/{health_check}", 404, 404),
];

/// Queries that change no status, for those who may ask for more and for those who may not.
const QUERIES: [&str; 14] = [
    "",
    "?",
    "?&&=&",
    "?verbose",
    "?verbose&verbose=1&verbose=&VERBOSE",
    "?exclude=none&exclude=none&exclude=",
    "?exclude",
    "?exclude=%FF%FE&exclude=%&exclude=%zz&%FF=%C3",
    "?exclude=process%2Fdraining&exclude=%00%0D%0ASet-Cookie:%20a=b",
    "?wait=0&wait=0s&wait=0ms",
    "?format=%F0%9F&format=kubernetes&format=json",
    "?verbose=%2B+%26&a[]=1&a[]=2;c",
    "?verbose#fragment",
    "?token=a&x=https://example.org/?y=z",
];

fn service() -> Service {
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::bearer(TOKEN))
        .check(Check::new("good", || async {}))
        .check(Check::new("bad", || async { Err::<(), _>("refused") }).failure_threshold(1))
        .check(Check::new("alive", || async {}).kind(Kind::Liveness))
        .build()
        .expect("the checks are legal");
    let service = Service::start(monitor.probes());
    eventually("every check has run", SOON, || {
        let raw = format!("GET /health HTTP/1.0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
        let answer = http::request(service.addr(), raw.as_bytes()).expect("it answers");
        !answer.text().contains("not run yet") && !answer.text().contains("process/server")
    });
    service
}

/// What each caller sends, and whether more is told to it.
fn callers() -> [(String, bool); 2] {
    [(format!("Authorization: Bearer {TOKEN}\r\n"), true), (String::new(), false)]
}

#[track_caller]
fn is_right(service: &Service, raw: &[u8], status: u16) -> Answer {
    let shown = || String::from_utf8_lossy(&raw[..raw.len().min(300)]).into_owned();
    let answer =
        http::request(service.addr(), raw).unwrap_or_else(|error| panic!("{error} for {:?}", shown()));
    assert_eq!(answer.status, status, "{:?} gets {answer:?}", shown());
    for header in ["location", "set-cookie"] {
        assert_eq!(answer.header(header), None, "{:?}", shown());
    }
    if status != 405 {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{:?}", shown());
        assert!(answer.header("content-length").is_some(), "{:?}", shown());
    }
    answer
}

#[test]
fn every_path_is_answered_however_it_is_asked() {
    let service = service();
    let port = service.addr().port();
    let mut asked = 0;
    for (path, friends, strangers) in PATHS {
        for (headers, detailed) in callers() {
            let status = if detailed { friends } else { strangers };
            let end = format!("{headers}Connection: close\r\n\r\n");
            let ways = [
                format!("GET {path} HTTP/1.0\r\n{headers}\r\n"),
                format!("HEAD {path} HTTP/1.0\r\n{headers}\r\n"),
                format!("OPTIONS {path} HTTP/1.0\r\n{headers}\r\n"),
                format!("GET {path} HTTP/1.0\r\nConnection: keep-alive\r\n{headers}\r\n"),
                format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{end}"),
                format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\n{end}"),
                format!("OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\n{end}"),
                format!(
                    "OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n{end}"
                ),
                format!("GET {path} HTTP/1.1\r\nHost: nobody.knows.example\r\n{end}"),
                format!("GET {path} HTTP/1.1\r\nHost: [::1]:{port}\r\n{end}"),
                format!("GET {path} HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n{end}"),
                format!("GET {path} HTTP/1.1\r\nHost: \r\n{end}"),
                format!("GET {path} HTTP/1.1\r\nHost: a b:c:d\r\n{end}"),
                format!("GET http://[::1]:{port}{path} HTTP/1.1\r\nHost: [::1]:{port}\r\n{end}"),
                format!("GET http://nobody.knows.example{path} HTTP/1.1\r\nHost: x\r\n{end}"),
                format!(
                    "GET {path} HTTP/1.1\r\nHost: x\r\nUser-Agent: kube-probe/1.34\r\nAccept: */*\r\n{end}"
                ),
                format!(
                    "GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/plain, text/*, */*\r\nContent-Length: 2\r\n{end}{{}}"
                ),
            ];
            for raw in ways {
                let answer = is_right(&service, raw.as_bytes(), status);
                assert!(!raw.starts_with("HEAD") || answer.body.is_empty());
                asked += 1;
            }
        }
    }
    println!("{asked} requests");
}

#[test]
fn every_query_is_answered_on_every_path() {
    let service = service();
    let long = format!("?{}", "verbose&exclude=x%20y&".repeat(8192 / 22 + 1));
    let one = format!("?exclude={}", "x".repeat(8192));
    let unknown = format!("?{}", "%FF".repeat(8192 / 3 + 1));
    assert!([&long, &one, &unknown].iter().all(|query| query.len() > 8192));
    for (path, friends, strangers) in PATHS {
        for (headers, detailed) in callers() {
            let status = if detailed { friends } else { strangers };
            for query in QUERIES.into_iter().chain([&*long, &*one, &*unknown]) {
                let raw =
                    format!("GET {path}{query} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n");
                let answer = is_right(&service, raw.as_bytes(), status);
                assert!(
                    detailed || !answer.text().contains("bad") && !answer.text().contains("good"),
                    "{query}"
                );
            }
        }
    }
}

#[test]
fn excluding_works_in_8_kb_of_parameters() {
    let query = format!("?{}exclude=bad", "exclude=none&".repeat(700));
    assert!(query.len() > 8192);
    let service = service();
    for (headers, detailed) in callers() {
        let raw = format!("GET /readyz{query} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n");
        is_right(&service, raw.as_bytes(), if detailed { 200 } else { 503 });
    }
}

#[test]
fn bytes_that_no_address_may_have_are_the_callers_mistake() {
    let service = service();
    for (headers, _) in callers() {
        for target in
            [&b"/readyz?\xff\xfe"[..], b"/readyz/\xff", b"/\xc3\x28", b"/readyz?a=\x01", b"/readyz/a\\b"]
        {
            let mut raw = b"GET ".to_vec();
            raw.extend(target);
            raw.extend(format!(" HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n").bytes());
            let status = http::request(service.addr(), &raw).expect("it answers").status;
            assert!([200, 503, 400, 404].contains(&status), "{status} for {target:?}");
        }
    }
    let raw = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(http::request(service.addr(), raw).expect("it still answers").status, 503);
}

#[test]
fn other_methods_are_refused_by_name_and_change_nothing() {
    let service = service();
    for (path, friends, strangers) in PATHS {
        for (headers, detailed) in callers() {
            let known = if detailed { friends } else { strangers } != 404;
            for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"] {
                let raw = format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let answer = is_right(&service, raw.as_bytes(), if known { 405 } else { 404 });
                assert_eq!(answer.header("allow"), known.then_some("GET, HEAD, OPTIONS"), "{method} {path}");
            }
        }
    }
}
