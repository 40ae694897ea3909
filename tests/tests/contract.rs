//! What `Monitor::describe` says of a failure is what the probes say when it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use healthsdk::{
    Check, Component, Contract, Details, Kind, Monitor, MonitorBuilder, Scope, Settings, Status,
};
use healthsdk_tests::{Service, eventually, http};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(20);

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::Always)
}

/// Every set of kinds that a check may have.
fn sets() -> impl Iterator<Item = Vec<Kind>> {
    (1_u8..8).map(|set| {
        let has = |(bit, _): &(usize, &Kind)| set & 1 << bit != 0;
        Kind::ALL.iter().enumerate().filter(has).map(|(_, kind)| *kind).collect()
    })
}

/// Passes while the switch is on.
fn subject(kinds: &[Kind], scope: Scope, failure_status: Status, passes: &Arc<AtomicBool>) -> Check {
    let passes = Arc::clone(passes);
    let look = move || std::future::ready(passes.load(Ordering::SeqCst).then_some(()).ok_or("off"));
    let check = Check::new("subject", look).scope(scope).failure_status(failure_status);
    let check = check.interval(MOMENT).retry_interval(MOMENT).failure_threshold(1).success_threshold(1);
    kinds.iter().fold(check, |check, kind| check.kind(*kind))
}

fn clause(contract: &Contract) -> Value {
    let contract: Value = serde_json::from_str(&contract.json()).expect("it is JSON");
    contract["checks"][0].clone()
}

/// Holds what the contract says against the paths themselves.
#[track_caller]
fn holds(service: &Service, answers: &Value, of: &str) {
    let answers = answers.as_array().expect("it tells of every path");
    assert_eq!(answers.len(), 4, "{of}");
    for told in answers {
        let path = told["path"].as_str().expect("a path");
        let answer = http::get(service.addr(), path);
        let is = json!({"path": path, "code": answer.status, "status": answer.json()["status"]});
        assert_eq!(*told, is, "{of}");
    }
}

#[test]
fn the_probes_say_of_a_failure_what_the_contract_says() {
    for kinds in sets() {
        for scope in [Scope::Local, Scope::Shared] {
            for failure_status in [Status::Error, Status::Degraded, Status::Ok] {
                let of = format!("{kinds:?} {scope:?} {failure_status:?}");
                let passes = Arc::new(AtomicBool::new(false));
                let built = builder().check(subject(&kinds, scope, failure_status, &passes)).build();
                let monitor = built.expect("it is legal");
                let said = clause(&monitor.describe())["if_it_fails"].clone();
                let service = Service::start(monitor.probes());
                let entry = || http::get(service.addr(), "/health").json()["checks"]["subject"].clone();
                eventually("it has failed", SOON, || entry()["failures"].as_u64() > Some(0));
                holds(&service, &said["at_first"], &format!("{of} at first"));

                passes.store(true, Ordering::SeqCst);
                eventually("it passes", SOON, || entry()["failures"] == 0 && entry()["pending"].is_null());
                if kinds == [Kind::Startup] {
                    assert!(said["later"].is_null(), "{of}: it does not run any more");
                    continue;
                }
                passes.store(false, Ordering::SeqCst);
                eventually("it fails again", SOON, || entry()["failures"].as_u64() > Some(0));
                holds(&service, &said["later"], &format!("{of} later"));
            }
        }
    }
}

#[test]
fn the_codes_are_those_that_the_service_answers_with() {
    let monitor = builder()
        .failure_code(500)
        .degraded_code(429)
        .check(Check::new("local", || async {}))
        .check(Check::new("shared", || async {}).scope(Scope::Shared))
        .build()
        .expect("it is legal");
    let contract: Value = serde_json::from_str(&monitor.describe().json()).expect("it is JSON");
    assert_eq!(contract["codes"], json!({"ok": 200, "degraded": 429, "error": 500}));
    let later = |check: usize| contract["checks"][check]["if_it_fails"]["later"][1].clone();
    assert_eq!(later(0), json!({"path": "/readyz", "code": 500, "status": "error"}));
    assert_eq!(later(1), json!({"path": "/readyz", "code": 429, "status": "degraded"}));
}

#[test]
fn it_is_served_to_authorised_readers_and_not_there_for_strangers() {
    let monitor = builder().details(Details::bearer("a-token-of-the-tests"));
    let monitor = monitor.check(Check::new("postgres", || async {})).build().expect("it is legal");
    let service = Service::start(monitor.probes());
    let ask = |query: &str, header: &str| {
        let request = format!("GET /health?{query} HTTP/1.1\r\nHost: a\r\n{header}Connection: close\r\n\r\n");
        http::request(service.addr(), request.as_bytes()).expect("it answers")
    };
    let token = "Authorization: Bearer a-token-of-the-tests\r\n";
    let json = ask("format=contract", token);
    assert_eq!((json.status, json.text()), (200, monitor.describe().json().as_str()));
    assert_eq!(json.header("content-type"), Some("application/json"));
    let markdown = ask("format=contract-markdown", token);
    assert_eq!((markdown.status, markdown.text()), (200, monitor.describe().to_string().as_str()));
    for query in ["format=contract", "format=contract-markdown"] {
        let stranger = ask(query, "");
        assert_eq!((stranger.status, stranger.text()), (404, "no such document\n"), "{query}");
    }
}

fn full() -> Monitor {
    let check = Check::new("postgres", || async {})
        .kind(Kind::Readiness)
        .timeout(Duration::from_millis(150))
        .degraded_above(Duration::from_millis(80))
        .ttl(Duration::from_secs(30))
        .scope(Scope::Shared)
        .component(Component::Datastore)
        .tags(["storage"])
        .description("orders <b>can</b> be read\n# and written");
    builder().service("orders").version("1.2.3").check(check).build().expect("it is legal")
}

#[test]
fn what_settings_change_is_in_it_as_it_holds() {
    let settings = r#"{ "checks": {
        "postgres": { "timeout": "90ms", "reason": "the network is fast" }, "search": { "enabled": false } } }"#;
    let settings: Settings = serde_json::from_str(settings).expect("it is legal");
    let builder =
        builder().check(Check::new("postgres", || async {})).check(Check::new("search", || async {}));
    let monitor = builder.settings(settings).build().expect("it is legal");
    let contract: Value = serde_json::from_str(&monitor.describe().json()).expect("it is JSON");
    let named = |name| contract["checks"].as_array()?.iter().find(|check| check["name"] == name);
    let (postgres, search) = (named("postgres").expect("it is there"), named("search").expect("it is there"));
    assert_eq!(postgres["timeout"], "90ms");
    assert_eq!(
        postgres["override"],
        json!({"options": {"timeout": "90ms"}, "reason": "the network is fast", "source": "settings"})
    );
    assert_eq!(search["override"]["options"], json!({"enabled": "false"}));
    let later = search["if_it_fails"]["later"].as_array().expect("it tells of every path");
    assert!(
        later.iter().all(|answer| answer["status"] == "ok"),
        "what does not run fails nothing: {later:?}"
    );
    let markdown = monitor.describe().to_string();
    assert!(markdown.contains("- not as declared, by settings: `timeout` 90ms\n"), "{markdown}");
}

#[test]
fn every_limit_of_a_check_is_in_it() {
    let monitor = full();
    let mut clause = clause(&monitor.describe());
    let failure = clause["if_it_fails"].take();
    let line = clause["declared_at"]["line"].take();
    assert!(failure.is_object() && line.is_u64());
    let expected = json!({
        "name": "postgres", "description": "orders <b>can</b> be read\n# and written", "kinds": ["readiness"],
        "component": "datastore", "scope": "shared", "tags": ["storage"], "ttl": "30s", "retry_interval": "1s",
        "timeout": "150ms", "cancel_after": "2.15s", "degraded_above": "80ms", "failure_threshold": 3,
        "success_threshold": 2, "failure_status": "error", "detected_within": "36.6s",
        "stale_after": "3.15s", "if_it_fails": null,
        "declared_at": {"file": "tests/tests/contract.rs", "line": null},
    });
    assert_eq!(clause, expected);
}

#[test]
fn it_is_as_the_schema_says() {
    let schema = include_str!("../../healthsdk/schema/contract.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    let all = sets().flat_map(|kinds| {
        let passes = Arc::default();
        let built = builder().check(subject(&kinds, Scope::Local, Status::Error, &passes)).build();
        [built.expect("it is legal"), full()]
    });
    for monitor in all {
        let mut contract: Value = serde_json::from_str(&monitor.describe().json()).expect("it is JSON");
        let errors: Vec<_> = schema.iter_errors(&contract).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?} in {contract:#}");
        contract["checks"][0]["interval"].take();
        assert!(!schema.is_valid(&contract), "{contract:#}");
    }
}

#[test]
fn the_markdown_changes_with_the_agreement_alone() {
    let markdown = full().describe().to_string();
    assert!(!markdown.contains("1.2.3") && !markdown.contains("contract.rs:"), "{markdown}");
    assert!(markdown.contains("# What healthy means for `orders`"), "{markdown}");
    // What somebody wrote is text, and begins nothing.
    assert!(markdown.contains(r"orders \<b\>can\</b\> be read \# and written"), "{markdown}");
    assert_eq!(markdown, full().describe().to_string());
}
