//! What each prober asks in its own way: by `Accept`, by `wait`, by status codes and by Envoy's headers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, error::ErrorImATeapot, web};
use healthsdk::{Check, Details, Health, Kind, Monitor, MonitorBuilder, Outcome, Report, health_route};
use healthsdk_tests::http::{self, Answer, Client, TIMEOUT};
use healthsdk_tests::{Service, eventually};

const SOON: Duration = Duration::from_secs(20);
const TOKEN: &str = "a-token-that-nobody-guesses";
const ENDPOINTS: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];

const IMMEDIATE_FAIL: &str = "x-envoy-immediate-health-check-fail";
const DEGRADED: &str = "x-envoy-degraded";
const CLUSTER: &str = "x-envoy-upstream-healthchecked-cluster";

#[actix_web::get("/own")]
#[health_route(kind = "readiness")]
async fn own(health: Health) -> Report {
    health.status()
}

#[actix_web::get("/own-liveness")]
#[health_route(kind = "liveness")]
async fn own_liveness(health: Health) -> Report {
    health.status()
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::bearer(TOKEN))
}

fn fails(name: &'static str) -> Check {
    Check::new(name, || async { Err::<(), _>("refused") }).failure_threshold(1)
}

fn degraded(name: &'static str) -> Check {
    Check::new(name, || async { Outcome::degraded("cold") })
}

/// Passes while the switch is on; looked at again within a moment.
fn switched(name: &'static str, switch: &Arc<AtomicBool>) -> Check {
    let switch = Arc::clone(switch);
    let look = move || std::future::ready(switch.load(Ordering::SeqCst).then_some(()).ok_or("off"));
    Check::new(name, look)
        .interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(20))
        .failure_threshold(1)
        .success_threshold(1)
}

/// One worker, with the middleware and some routes of the service's own.
fn serve(monitor: &Monitor) -> Service {
    let probes = monitor.probes();
    let drain = monitor.drain_middleware();
    let service = Service::start(move |config| {
        let beside = web::scope("/app")
            .wrap(drain.clone())
            .route("/ok", web::get().to(HttpResponse::Ok))
            .route("/error", web::get().to(async || Err::<HttpResponse, _>(ErrorImATeapot("no"))));
        probes(config);
        config.service(beside).service(own).service(own_liveness);
    });
    eventually("every check has run", SOON, || {
        let body = friend(&service, "/health").text().to_owned();
        !body.contains("not run yet") && !body.contains("process/server")
    });
    service
}

fn service(builder: MonitorBuilder) -> Service {
    serve(&builder.build().expect("it is legal"))
}

fn raw(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n").into_bytes()
}

fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    http::request(service.addr(), &raw(path, headers)).expect("it answers")
}

fn token() -> String {
    format!("Authorization: Bearer {TOKEN}\r\n")
}

fn friend(service: &Service, path: &str) -> Answer {
    ask(service, path, &token())
}

#[test]
fn accept_decides_between_json_and_text() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for (accept, text) in [
        ("", false),
        ("Accept: */*\r\n", false),
        ("Accept: application/json\r\n", false),
        ("Accept: text/plain\r\n", true),
        ("Accept: TEXT/Plain; charset=utf-8\r\n", true),
        ("Accept: text/plain, text/*, */*\r\n", true),
        ("Accept: text/*\r\n", true),
        ("Accept: application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", false),
        ("Accept: application/json, text/plain, */*\r\n", false),
        ("Accept: text/plain, application/json\r\n", false),
        ("Accept: text/plain;q=0.9, application/json;q=0.8\r\n", true),
        ("Accept: text/plain;q=0.5, */*\r\n", false),
        ("Accept: text/plain;q=0\r\n", false),
        ("Accept: text/plain;q=0.001\r\n", true),
        ("Accept: text/plain;q=0, application/*\r\n", false),
        ("Accept: application/json;q=0, */*\r\n", true),
        ("Accept: image/png\r\n", false),
        ("Accept: text/plain;q=high\r\n", false),
        ("Accept: ,;q=,/;;,\r\n", false),
        ("Accept: \u{e9}\r\n", false),
        ("Accept: application/json;q=0.5\r\nAccept: text/plain\r\n", true),
    ] {
        for path in ["/readyz", "/readyz/ping", "/own"] {
            let answer = ask(&service, path, &format!("{accept}{}", token()));
            let expected = if text { "text/plain; charset=utf-8" } else { "application/json" };
            assert_eq!(answer.header("content-type"), Some(expected), "{path} {accept:?}");
            assert_eq!((answer.status, text), (200, answer.text() == "ok"), "{path} {accept:?}");
        }
        let stranger = ask(&service, "/readyz", accept);
        assert_eq!(stranger.text(), if text { "ok" } else { r#"{"status":"ok"}"# }, "{accept:?}");
    }
}

#[test]
fn caches_are_told_where_the_answer_depends_on_accept() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for headers in [String::new(), token()] {
        for accept in ["", "Accept: text/plain\r\n"] {
            for (path, varies) in
                [("/livez", true), ("/own", true), ("/readyz?wait=0", true), ("/readyz?verbose", false)]
            {
                let answer = ask(&service, path, &format!("{accept}{headers}"));
                assert_eq!(answer.header("vary"), varies.then_some("Accept"), "{path} {accept:?}");
            }
        }
    }
    assert_eq!(friend(&service, "/readyz/ping").header("vary"), Some("Accept"));
}

#[test]
fn one_check_is_a_report_of_its_own() {
    let service = service(builder().check(fails("bad")).check(degraded("cache")));
    let bad = friend(&service, "/readyz/bad");
    let body = bad.json();
    assert_eq!((bad.status, &body["status"], &body["lifecycle"]), (503, &"error".into(), &"ready".into()));
    assert_eq!(body["checks"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(body["checks"]["bad"]["message"], "refused");
    let cache = friend(&service, "/health/cache");
    assert_eq!((cache.status, &cache.json()["status"]), (200, &"degraded".into()));
    for path in ["/livez/bad", "/readyz/Bad", "/readyz/bad/", "/readyz//bad", "/readyz//", "/readyz/none"] {
        assert_eq!(friend(&service, path).status, 404, "{path}");
    }
    for path in ["/readyz/b%61d", "/readyz/%62%61%64"] {
        assert_eq!(friend(&service, path).json()["status"], "error", "{path}");
    }
}

#[test]
fn a_wait_ends_when_the_service_is_ready_and_holds_no_worker() {
    let monitor = builder().check(Check::new("ping", || async {})).build().expect("it is legal");
    let gate = monitor.startup_gate("warm");
    let service = serve(&monitor);
    let waiting: Vec<_> = ["/readyz?wait=20s", "/startupz?wait=20s", "/readyz/?verbose&wait=20"]
        .map(|path| {
            let mut client = Client::connect(service.addr(), TIMEOUT).expect("it listens");
            client.send(&raw(path, &token())).expect("sent");
            (path, client)
        })
        .into();
    assert_eq!(friend(&service, "/readyz").status, 503, "the only worker answers others");
    gate.done();
    for (path, mut client) in waiting {
        let status = client.request(b"").expect("it answers before the time is up").status;
        assert_eq!(status, 200, "{path}");
    }
}

#[test]
fn a_wait_sees_a_check_recover_that_only_runs_when_asked() {
    let switch = Arc::default();
    let switched = |name| {
        let look = Arc::clone(&switch);
        let look =
            move || std::future::ready(AtomicBool::load(&look, Ordering::SeqCst).then_some(()).ok_or("off"));
        Check::new(name, look).ttl(Duration::from_millis(10)).failure_threshold(1).success_threshold(1)
    };
    let service = service(Monitor::builder().linked(false).details(Details::Always).check(switched("x")));
    let mut client = Client::connect(service.addr(), TIMEOUT).expect("it listens");
    client.send(&raw("/readyz?wait=20s", "")).expect("sent");
    assert_eq!(http::get(service.addr(), "/livez").status, 200);
    switch.store(true, Ordering::SeqCst);
    assert_eq!(client.request(b"").expect("it answers before the time is up").status, 200);
}

#[test]
fn a_wait_heeds_what_is_excluded() {
    let switch = Arc::default();
    let service = service(builder().check(fails("bad")).check(switched("slow", &switch)));
    let mut client = Client::connect(service.addr(), TIMEOUT).expect("it listens");
    client.send(&raw("/readyz?wait=20s&exclude=bad", &token())).expect("sent");
    assert_eq!(friend(&service, "/readyz").status, 503);
    switch.store(true, Ordering::SeqCst);
    assert_eq!(client.request(b"").expect("it answers before the time is up").text(), "ok");
}

#[test]
fn when_the_time_is_up_the_answer_is_what_it_is() {
    let service = service(builder().check(fails("bad")).longest_wait(Duration::from_millis(400)));
    for (wait, held) in
        [("150ms", 150), ("0.2s", 200), ("100ms%20100ms", 200), ("1", 400), ("1h", 400), ("0", 0)]
    {
        let answer = friend(&service, &format!("/readyz?wait={wait}"));
        assert_eq!(answer.status, 503, "{wait}");
        assert!(answer.took >= Duration::from_millis(held), "{wait}: {:?}", answer.took);
    }
}

#[test]
fn a_wait_ends_when_the_drain_begins() {
    let monitor = builder().check(fails("bad")).build().expect("it is legal");
    let service = serve(&monitor);
    let mut client = Client::connect(service.addr(), TIMEOUT).expect("it listens");
    client.send(&raw("/readyz?wait=20s", &token())).expect("sent");
    assert_eq!(friend(&service, "/readyz").status, 503);
    monitor.drain();
    let answer = client.request(b"").expect("it answers before the time is up");
    assert_eq!((answer.status, answer.json()["lifecycle"].as_str()), (503, Some("draining")));
    let answer = friend(&service, "/readyz?wait=20s");
    assert_eq!((answer.status, answer.header("connection")), (503, Some("close")));
}

#[test]
fn strangers_do_not_wait() {
    let service = service(builder().check(fails("bad")).longest_wait(Duration::from_hours(1)));
    for path in ["/readyz?wait=1h", "/readyz/?wait=1h", "/readyz?wait=nonsense", "/readyz?verbose&wait="] {
        assert_eq!(ask(&service, path, "").status, 503, "{path}, and within {TIMEOUT:?}");
    }
}

#[test]
fn a_wait_that_is_no_duration_says_what_to_write() {
    let service = service(builder().check(Check::new("ping", || async {})));
    for wait in ["", "=", "=soon", "=-1", "=2x", "=2%FF", "=99999999999999999999", "=2s&wait=x"] {
        for path in ["/readyz", "/readyz/ping", "/readyz/"] {
            let answer = friend(&service, &format!("{path}?wait{wait}"));
            assert_eq!(answer.status, 400, "{path}?wait{wait}");
            assert!(answer.text().contains("write `wait=2s`") && answer.text().contains("longest is 30s"));
        }
    }
}

#[test]
fn every_status_code_is_the_one_that_was_set() {
    let service = service(
        builder()
            .failure_code(500)
            .degraded_code(429)
            .check(degraded("cache").kind(Kind::Readiness).kind(Kind::Liveness)),
    );
    for (path, code) in [
        ("/readyz", 429),
        ("/readyz?verbose", 429),
        ("/readyz/cache", 429),
        ("/health", 429),
        ("/own", 429),
        ("/livez", 200),
        ("/livez/cache", 200),
        ("/own-liveness", 200),
        ("/startupz", 200),
    ] {
        assert_eq!(friend(&service, path).status, code, "{path}");
        if !path.ends_with("cache") {
            assert_eq!(ask(&service, path, "").status, code, "{path}, for strangers");
        }
    }
    drop(service);
    let switch = Arc::new(AtomicBool::new(true));
    let check = switched("bad", &switch).kind(Kind::Liveness);
    let service = self::service(builder().failure_code(500).check(check));
    switch.store(false, Ordering::SeqCst);
    eventually("the check fails", SOON, || friend(&service, "/livez").status != 200);
    for path in ["/livez", "/livez/bad", "/health", "/own-liveness"] {
        assert_eq!(friend(&service, path).status, 500, "{path}");
    }
    assert_eq!(ask(&service, "/livez", "").status, 500);
}

#[test]
fn envoy_is_told_only_what_was_asked_for() {
    let checks = || builder().check(fails("bad")).check(degraded("slow").kind(Kind::Liveness));
    let silent = service(checks());
    let telling = service(checks().envoy_immediate_fail().envoy_degraded().envoy_cluster("orders"));
    for path in ["/livez", "/readyz", "/startupz", "/health", "/readyz?verbose", "/own", "/own-liveness"] {
        for headers in [String::new(), token()] {
            let answer = ask(&silent, path, &headers);
            assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("x-envoy")), "{path}");
            let answer = ask(&telling, path, &headers);
            let ready = path.starts_with("/readyz") || path == "/own";
            assert_eq!(answer.header(IMMEDIATE_FAIL), ready.then_some("true"), "{path}");
            assert_eq!(answer.header(DEGRADED), path.contains("live").then_some("true"), "{path}");
            assert_eq!(answer.header(CLUSTER), Some("orders"), "{path}");
        }
    }
    let excluded = friend(&telling, "/readyz?exclude=bad");
    assert_eq!((excluded.status, excluded.header(IMMEDIATE_FAIL)), (200, None));
    let single = friend(&telling, "/readyz/bad");
    assert_eq!((single.status, single.header(IMMEDIATE_FAIL)), (503, None), "one check is not the service");
}

#[test]
fn while_it_drains_every_answer_tells_envoy_to_go() {
    for told in [true, false] {
        let mut builder = builder().check(Check::new("ping", || async {}));
        if told {
            builder = builder.envoy_immediate_fail();
        }
        let monitor = builder.build().expect("it is legal");
        let service = serve(&monitor);
        let paths = [("/app/ok", 200), ("/app/error", 418), ("/app/none", 404)];
        for (path, code) in paths {
            let answer = ask(&service, path, "");
            assert_eq!((answer.status, answer.header(IMMEDIATE_FAIL)), (code, None), "{path}");
        }
        monitor.drain();
        for (path, code) in paths.into_iter().chain([("/readyz", 503)]) {
            let answer = ask(&service, path, "");
            assert_eq!((answer.status, answer.header("connection")), (code, Some("close")), "{path}");
            assert_eq!(answer.header(IMMEDIATE_FAIL), told.then_some("true"), "{path}");
        }
    }
}

#[test]
fn what_no_prober_could_understand_is_a_start_up_error() {
    type Setting = fn(MonitorBuilder) -> MonitorBuilder;
    let cases: [(Setting, &str); 13] = [
        (
            |builder| builder.failure_code(200),
            "`.failure_code(200)` is not legal; write a code of 400 to 599",
        ),
        (|builder| builder.failure_code(302), "400 to 599"),
        (|builder| builder.failure_code(0), "400 to 599"),
        (|builder| builder.failure_code(600), "400 to 599"),
        (|builder| builder.degraded_code(204), "429 for Consul"),
        (|builder| builder.degraded_code(302), "429 for Consul"),
        (|builder| builder.degraded_code(100), "429 for Consul"),
        (|builder| builder.degraded_code(65535), "429 for Consul"),
        (|builder| builder.envoy_cluster(""), "the name of the cluster in visible ASCII"),
        (|builder| builder.envoy_cluster("two words"), "without spaces"),
        (|builder| builder.envoy_cluster("a\r\nSet-Cookie: b"), "`.envoy_cluster(\"a\\r\\nSet"),
        (|builder| builder.longest_wait(Duration::from_secs(3601)), "must be at most 1 h"),
        (|builder| builder.longest_wait(Duration::MAX), "must be at most 1 h"),
    ];
    for (setting, told) in cases {
        let error = setting(builder().allow_empty()).build().expect_err(told).to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
    let all =
        |builder: MonitorBuilder| builder.failure_code(1).degraded_code(1).envoy_cluster("").allow_empty();
    assert_eq!(all(builder()).build().expect_err("three faults").faults().count(), 3);
    let legal = builder().allow_empty().failure_code(599).degraded_code(200).longest_wait(Duration::ZERO);
    let service = service(legal);
    assert!(ENDPOINTS.iter().all(|path| friend(&service, path).status == 200));
}
