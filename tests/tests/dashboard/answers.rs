use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::guard::GuardContext;
use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::eventually;

use crate::service::{LOGIN, OWN, SCRIPT, SOON, Switch, TOKEN, all, ask, builder, serve};

const BROWSER: &str =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n";
const STREAM: &str = "Accept: text/event-stream\r\n";

#[test]
fn the_page_is_complete_without_a_script() {
    let switch = Switch::default();
    switch.fail(true);
    let (_monitor, service) = all(&switch);
    for (path, code) in [("/health", 503), ("/health?format=html", 503), ("/livez", 200), (OWN, 200)] {
        let answer = ask(&service, path, BROWSER);
        assert_eq!(answer.status, code, "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        let page = answer.text();
        for told in [
            "orders",
            "2.14.0",
            "9f2c81e",
            "12 of 12 connections",
            "expired 3 days ago",
            "has not run yet",
            "upstream",
        ] {
            assert!(page.contains(told), "{path} has no {told}");
        }
        assert_eq!(
            page.matches("<tr role=\"row\" class=\"check\"").count(),
            12 + 1,
            "and the one for new checks"
        );
        assert!(
            !page.contains(SCRIPT) && page.contains("&#60;script&#62;alert(1)"),
            "what checks say is escaped"
        );
    }
}

#[test]
fn a_browser_may_run_and_ask_for_nothing_else() {
    let (_monitor, service) = all(&Switch::default());
    let answer = ask(&service, OWN, BROWSER);
    let policy = answer.header("content-security-policy").expect("there is a policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(policy.contains(
        "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ));
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let markup = answer.text().split("</style>").last().and_then(|rest| rest.split("<script>").next());
    let markup = markup.expect("between the style and the script");
    for reach in [" src=", "href=\"h", "//", " style=", " onload=", " onclick="] {
        assert!(!markup.contains(reach), "{reach}");
    }
}

#[test]
fn accept_decides_where_it_is_not_named() {
    let (_monitor, service) = all(&Switch::default());
    for (accept, content_type) in [
        ("", "application/json"),
        ("Accept: */*\r\n", "application/json"),
        ("Accept: application/json, text/html\r\n", "application/json"),
        (BROWSER, "text/html; charset=utf-8"),
        ("Accept: text/html;q=0.5, application/json\r\n", "application/json"),
    ] {
        let answer = ask(&service, "/health", accept);
        assert_eq!(answer.header("content-type"), Some(content_type), "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept"), "{accept}");
    }
    let answer = ask(&service, "/health?format=dashboard", BROWSER);
    assert_eq!((answer.status, answer.header("vary")), (200, None));
    let document = answer.json();
    assert_eq!(document["report"]["service"], "orders");
    let states = document["history"]["checks"]["payments"]["states"].as_str().expect("it has a history");
    assert_eq!(states.len(), 120);
    assert!(states.ends_with('e'), "{states}");
    let slot = document["history"]["slot"].as_u64().expect("it is counted");
    let news = ask(&service, &format!("/health?format=dashboard&since={slot}"), "").json();
    let states = news["history"]["checks"]["payments"]["states"].as_str().expect("it has a history").len();
    assert!((1..4).contains(&states), "{states} are new");
}

#[test]
fn strangers_are_told_the_status_alone() {
    let monitor = builder(&Switch::default()).details(Details::bearer(TOKEN)).build().expect("it is legal");
    let service = serve(&monitor);
    for (path, headers, expected) in [
        (
            "/health",
            BROWSER,
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>error</title><p>error</p></html>\n",
        ),
        ("/health", STREAM, r#"{"status":"error"}"#),
        ("/health?format=dashboard", "", r#"{"status":"error"}"#),
    ] {
        let answer = ask(&service, path, headers);
        assert_eq!((answer.status, answer.text()), (503, expected), "{path} {headers}");
    }
    for (path, query) in [(OWN, ""), (OWN, "?format=dashboard"), ("/health-ui/", "")] {
        let answer = ask(&service, &format!("{path}{query}"), BROWSER);
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="health", charset="UTF-8""#));
        assert!(!answer.text().contains("redis") && !answer.text().contains("orders"));
    }
}

#[test]
fn a_token_is_the_password_on_its_own_path_alone() {
    let details = Details::bearer("another-token").or(Details::bearer(TOKEN));
    let monitor = builder(&Switch::default()).details(details).build().expect("it is legal");
    let service = serve(&monitor);
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    for headers in [LOGIN, LOGIN.replace("Basic", "basic").as_str(), &bearer] {
        assert!(ask(&service, OWN, headers).text().contains("payments"), "{headers}");
    }
    for wrong in ["dXNlcjp3cm9uZw==", "dXNlcjo=", "Og==", "====", "", TOKEN] {
        assert_eq!(ask(&service, OWN, &format!("Authorization: Basic {wrong}\r\n")).status, 401, "{wrong}");
    }
    let answer = ask(&service, "/health", LOGIN);
    assert_eq!(answer.text(), r#"{"status":"error"}"#, "probes ask for no password, and take none");
}

#[test]
fn without_a_token_there_is_nothing_for_strangers() {
    let guard = |context: &GuardContext<'_>| context.head().headers().contains_key("x-colleague");
    for details in [Details::Never, Details::when(guard)] {
        let monitor = builder(&Switch::default()).details(details).build().expect("it is legal");
        let service = serve(&monitor);
        for headers in ["", LOGIN] {
            let answer = ask(&service, OWN, headers);
            assert_eq!((answer.status, answer.text()), (404, ""));
        }
    }
    let monitor = builder(&Switch::default()).details(Details::when(guard)).build().expect("it is legal");
    assert_eq!(ask(&serve(&monitor), OWN, "X-Colleague: 1\r\n").status, 200);
}

#[test]
fn looking_runs_nothing() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let check = Check::new("asked", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let monitor =
        Monitor::builder().linked(false).check(check.ttl(Duration::from_nanos(1))).details(Details::Always);
    let monitor = monitor.build().expect("it is legal");
    let service = healthsdk_tests::Service::start(monitor.probes());
    for _ in 0..50 {
        for path in ["/health?format=html", "/health?format=dashboard", "/readyz?format=html"] {
            assert!(ask(&service, path, "").text().contains("asked"));
        }
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    ask(&service, "/health", "");
    eventually("a probe runs it", SOON, || runs.load(Ordering::SeqCst) > 0);
}

#[test]
fn the_history_is_not_printed() {
    let (monitor, _service) = all(&Switch::default());
    let printed = format!("{monitor:?}");
    assert!(printed.contains("checks: 1") && !printed.contains("buckets"), "{printed}");
}

#[test]
fn a_path_that_is_taken_is_a_start_up_error() {
    for path in ["/health", "/health/", "health-ui", "/{page}"] {
        let paths = healthsdk::Paths::default().dashboard(path);
        assert!(Monitor::builder().linked(false).allow_empty().paths(paths).build().is_err(), "{path}");
    }
    let paths = healthsdk::Paths::default().dashboard("/health/ui");
    let monitor =
        Monitor::builder().linked(false).allow_empty().paths(paths).details(Details::Always).build();
    let service = healthsdk_tests::Service::start(monitor.expect("it is legal").probes());
    assert!(ask(&service, "/health/ui", "").text().starts_with("<!doctype html>"), "below a probe's path");
}
