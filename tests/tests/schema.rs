//! The published JSON Schema holds for real answers, and is not so wide that it holds for anything.

use std::time::Duration;

use healthsdk::{BuildInfo, Check, Component, Details, Health, Kind, Monitor, Outcome, Report, health_route};
use healthsdk_tests::{Service, eventually, http};
use jsonschema::Validator;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../healthsdk/schema/report.schema.json");

fn schema() -> Validator {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is one")
}

#[track_caller]
fn holds(schema: &Validator, body: &Value) {
    let errors: Vec<_> =
        schema.iter_errors(body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?} in {body:#}");
}

#[actix_web::get("/own")]
#[health_route]
async fn own(mut health: Health) -> Report {
    health.ok("own-ok");
    health.degraded("own-degraded", "cold");
    health.error("own-error", "gone");
    health.status()
}

#[test]
fn every_answer_is_as_the_schema_says() {
    let schema = schema();
    let full = Check::new("full", || async {
        Outcome::degraded("slow").with("rows", 3).with("nested", json!({"a": [1, null]}))
    })
    .kind(Kind::Liveness)
    .kind(Kind::Readiness)
    .tags(["db", "core"])
    .description("the orders")
    .component(Component::Datastore);
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .build_info(BuildInfo::new("orders", "1.2.3", &[Some("abc")]))
        .check(full)
        .check(Check::new("hangs", std::future::pending::<()>).timeout(Duration::from_millis(50)))
        .check(Check::new("fails", || async { Err::<(), _>("refused") }).failure_threshold(1))
        .check(Check::new("later", || async {}).initial_delay(Duration::from_hours(1)))
        .check(Check::new("start", || async {}).kind(Kind::Startup))
        .build()
        .expect("the checks are legal");
    let probes = monitor.probes();
    let service = Service::start(move |config| {
        probes(config);
        config.service(own);
    });
    eventually("the hanging check is told of", Duration::from_secs(10), || {
        let body = http::get(service.addr(), "/health").json();
        holds(&schema, &body);
        body["checks"]["hangs"]["running_since"].is_string()
    });
    for path in ["/livez", "/readyz", "/startupz", "/health", "/own"] {
        holds(&schema, &http::get(service.addr(), path).json());
    }
    let body = http::get(service.addr(), "/health").json();
    assert_eq!(body["checks"].as_object().map(serde_json::Map::len), Some(5));
    // In the order of the body where a crate of the workspace has serde_json keep it.
    let mut keys: Vec<_> =
        body["checks"]["full"].as_object().expect("an object").keys().map(String::as_str).collect();
    let all = [
        "checked_at",
        "component",
        "data",
        "description",
        "duration_ms",
        "failures",
        "kinds",
        "message",
        "since",
        "status",
        "tags",
    ];
    keys.sort_unstable();
    assert_eq!(keys, all);
    assert_eq!(body["checks"]["later"]["pending"], true);

    monitor.set_ready(false, "reindexing");
    monitor.drain();
    let body = http::get(service.addr(), "/readyz").json();
    holds(&schema, &body);
    assert_eq!(body["lifecycle"], "draining");
    assert!(
        body["checks"]["process/draining"].is_object() && body["checks"]["process/ready"].is_object(),
        "{body}"
    );
}

#[test]
fn the_terse_answer_is_as_the_schema_says() {
    let monitor =
        Monitor::builder().linked(false).check(Check::new("x", || async {})).build().expect("it is legal");
    let service = Service::start(monitor.probes());
    for path in ["/livez", "/readyz", "/startupz", "/health"] {
        holds(&schema(), &http::get(service.addr(), path).json());
    }
}

#[test]
fn the_schema_refuses_what_no_answer_is() {
    let schema = schema();
    for body in [
        json!({}),
        json!({"status": "up"}),
        json!({"status": "ok", "secret": 1}),
        json!({"status": "ok", "lifecycle": "ready", "checks": {"a": {"status": "ok"}}}),
        json!({"status": "ok", "lifecycle": "ready", "started_at": "yesterday", "checks": {}}),
    ] {
        assert!(!schema.is_valid(&body), "{body}");
    }
}
