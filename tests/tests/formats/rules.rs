//! What each format demands of its answers, beyond the shape.

use healthsdk::{Check, Details, Kind, MonitorBuilder, Outcome};
use serde_json::{Value, json};

use super::{ENDPOINTS, State, ask, builder, friend, once, service};

const HEALTH: &str = "application/health+json";

/// Every answer about a whole endpoint, in every state and for both callers.
fn answers(word: &str, mut judge: impl FnMut(&str, u16, Option<&str>, &Value)) {
    for state in State::ALL {
        let service = state.serve();
        for path in ENDPOINTS.into_iter().chain(["/own"]) {
            for (caller, ask) in [("authorised", friend as fn(&_, &_, &_) -> _), ("stranger", ask)] {
                let answer = ask(&service, &format!("{path}?format={word}"), "");
                let plain = ask(&service, path, "");
                assert_eq!(answer.status, plain.status, "the code does not depend on the format");
                let what = format!("{word} {path} {state:?} {caller}");
                judge(&what, answer.status, answer.header("content-type"), &answer.json());
            }
        }
    }
}

#[test]
fn every_rule_of_the_health_json_draft_holds() {
    answers("health-json", |what, code, content_type, body| {
        assert_eq!(content_type, Some(HEALTH), "{what}");
        let status = body["status"].as_str().expect("a status");
        assert_eq!(code, if status == "fail" { 503 } else { 200 }, "{what}");
        if what.ends_with("stranger") {
            assert_eq!(*body, json!({"status": status}), "{what}");
            return;
        }
        assert_eq!(
            body.get("output").is_some(),
            status != "pass",
            "{what}: why, and only where it does not pass"
        );
        for (key, readings) in body["checks"].as_object().expect("checks") {
            assert!(key.matches(':').count() <= 1, "{what} {key}");
            let readings = readings.as_array().expect("an array even of one");
            for reading in readings {
                let passes = matches!(reading["status"].as_str(), None | Some("pass"));
                assert_eq!(reading.get("output").is_some(), !passes, "{what} {key}");
                assert_eq!(reading.get("affectedEndpoints"), None, "{what} {key}");
                assert!(reading["componentType"].is_string(), "{what} {key}");
                let measured = reading.get("observedValue").is_some();
                assert_eq!(measured, reading.get("observedUnit").is_some(), "{what} {key}");
                assert_eq!(measured, key.contains(':'), "{what} {key}");
                let time = reading["time"].as_str().expect("a time");
                assert!(humantime::parse_rfc3339(time).is_ok(), "{what} {key} {time}");
            }
        }
    });
}

#[test]
fn a_name_with_a_colon_is_no_two_names_in_health_json() {
    let service = State::Well.serve();
    let body = friend(&service, "/own?format=health-json", "").json();
    let ids: Vec<_> = body["checks"]["cache_eu_1"]
        .as_array()
        .expect("both under one key")
        .iter()
        .map(|reading| reading["componentId"].as_str())
        .collect();
    assert_eq!(ids, [Some("cache:eu:1"), Some("cache_eu_1")]);
}

#[test]
fn pools_and_limits_are_measurements_in_health_json() {
    let service = State::Well.serve();
    let checks = &friend(&service, "/health?format=health-json", "").json()["checks"];
    let read = |key: &str| {
        let readings = checks[key].as_array().unwrap_or_else(|| panic!("no {key} in {checks:#}"));
        readings
            .iter()
            .map(|one| json!([one["componentId"], one["observedValue"], one["observedUnit"]]))
            .collect()
    };
    let read = |key| -> Vec<Value> { read(key) };
    assert_eq!(read("postgres:connections"), [json!(["postgres", 7, "connections"])]);
    assert_eq!(read("postgres:utilization"), [json!(["postgres", 50.0, "percent"])]);
    assert_eq!(
        read("scratch:utilization"),
        [json!(["scratch/inodes", 3, "percent"]), json!(["scratch", 41.5, "percent"])]
    );
    assert!(read("ping:responseTime")[0][1].is_number());
}

#[test]
fn what_is_wrong_is_told_by_name_and_is_no_longer_than_one_message() {
    let bad = |number: usize| {
        let bad = move || async move { Err::<(), _>(format!("{number} {}", "x".repeat(600))) };
        once(Check::new(format!("bad-{number}"), bad))
    };
    let service = service((1..=3).map(bad).fold(builder(), MonitorBuilder::check));
    let told = friend(&service, "/readyz?format=health-json", "").json()["output"].clone();
    let told = told.as_str().expect("text");
    assert!(
        told.starts_with("bad-1: 1 x") && told.contains("; bad-2: 2 x") && told.ends_with("x…"),
        "{told}"
    );
    assert!(told.len() <= 1024 + '…'.len_utf8(), "{}", told.len());
    for (path, key) in [("spring", "description"), ("problem", "detail")] {
        assert_eq!(friend(&service, &format!("/readyz?format={path}"), "").json()[key], told, "{path}");
    }
}

#[test]
fn an_override_is_told_in_every_format() {
    let service = State::Overridden.serve();
    let told = json!({
        "options": {"failure_status": "degraded"}, "reason": "at 3 am", "source": "settings"
    });
    for (word, at) in [
        ("json", "/checks/postgres/override"),
        ("health-json", "/checks/postgres:responseTime/0/override"),
        ("spring", "/components/postgres/details/override"),
        ("spring-v2", "/details/postgres/details/override"),
        ("xabaril", "/entries/postgres/data/override"),
    ] {
        let body = friend(&service, &format!("/readyz?format={word}"), "").json();
        assert_eq!(body.pointer(at), Some(&told), "{word}");
    }
    let body = friend(&service, "/readyz?format=microprofile", "").json();
    let text = body.pointer("/checks/1/data/override").and_then(Value::as_str).expect("a string of JSON");
    assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), told);
}

#[test]
fn springs_word_and_the_code_agree() {
    for (word, key, other) in [("spring", "components", "details"), ("spring-v2", "details", "components")] {
        answers(word, |what, code, content_type, body| {
            let version = if word == "spring" { 3 } else { 2 };
            let expected = format!("application/vnd.spring-boot.actuator.v{version}+json");
            assert_eq!(content_type, Some(&*expected), "{what}");
            let of = |word: &Value| match word.as_str() {
                Some("UP" | "UNKNOWN") => 200,
                Some("DOWN" | "OUT_OF_SERVICE") => 503,
                word => panic!("{what}: {word:?}"),
            };
            assert_eq!(of(&body["status"]), code, "{what}");
            if what.ends_with("stranger") {
                assert_eq!(*body, json!({"status": body["status"]}), "{what}");
                return;
            }
            let components = body[key].as_object().expect("components");
            let worst = components.values().map(|component| of(&component["status"])).max();
            assert_eq!(worst, Some(code), "{what}: the worst component counts");
            assert!(body.get(other).is_none(), "{what}");
            assert_eq!(
                body.get("groups").is_some(),
                what.contains("/health"),
                "{what}: groups on the root alone"
            );
            for component in components.values() {
                assert!(component.get("groups").is_none() && component["details"].is_object(), "{what}");
            }
        });
    }
}

#[test]
fn spring_tells_why_a_service_takes_no_traffic() {
    for (state, path, status) in [
        (State::Well, "/health", "UP"),
        (State::Degraded, "/health", "UP"),
        (State::Failing, "/health", "DOWN"),
        (State::Failing, "/livez", "UP"),
        (State::Pending, "/readyz", "OUT_OF_SERVICE"),
        (State::Held, "/readyz", "OUT_OF_SERVICE"),
        (State::Draining, "/readyz", "OUT_OF_SERVICE"),
        (State::Draining, "/livez", "UP"),
    ] {
        let service = state.serve();
        let body = friend(&service, &format!("{path}?format=spring"), "").json();
        assert_eq!(body["status"], status, "{path} {state:?}");
        let redis = &body["components"]["redis"]["details"];
        assert_eq!(
            redis["degraded"] == true,
            state == State::Degraded || path == "/health" && state == State::Failing
        );
        if state == State::Degraded {
            assert_eq!((&redis["reason"], &body["description"]), (&"cold".into(), &"redis: cold".into()));
        }
    }
    let service = State::Pending.serve();
    let later = &friend(&service, "/livez?format=spring", "").json()["components"]["later"];
    assert_eq!(later["status"], "UNKNOWN", "it holds nothing");
}

#[test]
fn spring_boots_components_are_sorted_by_name() {
    let service = State::Well.serve();
    let answer = friend(&service, "/health?format=spring", "");
    let body = answer.text();
    let at: Vec<_> = ["migrated", "ping", "postgres", "redis", "scratch"]
        .map(|name| {
            body.find(&format!(r#""{name}":{{"status""#)).unwrap_or_else(|| panic!("{name} in {body}"))
        })
        .into();
    assert!(at.is_sorted(), "{body}");
}

#[test]
fn microprofile_loses_no_value_and_keeps_them_flat() {
    answers("microprofile", |what, code, content_type, body| {
        assert_eq!(content_type, Some("application/json; charset=UTF-8"), "{what}");
        assert_eq!(body["status"], if code == 200 { "UP" } else { "DOWN" }, "{what}");
        assert_eq!(body["checks"].as_array().map(Vec::is_empty), Some(what.ends_with("stranger")), "{what}");
    });
    let own = |status: &'static str| {
        move || async move {
            let outcome = if status == "UP" { Outcome::degraded("mine") } else { Outcome::error("mine") };
            outcome
                .with("since", "theirs")
                .with("error", 7)
                .with("list", json!([1, {"a": null}]))
                .with("null", Value::Null)
                .with("yes", true)
        }
    };
    let service =
        service(builder().check(once(Check::new("a", own("UP")))).check(once(Check::new("b", own("DOWN")))));
    let body = friend(&service, "/readyz?format=microprofile", "").json();
    for (at, status, key) in [(0, "UP", "reason"), (1, "DOWN", "error")] {
        let check = &body["checks"][at];
        let data = &check["data"];
        assert_eq!((&check["status"], &data[key]), (&status.into(), &"mine".into()), "{check}");
        assert_eq!((&data["data.since"], &data["yes"]), (&"theirs".into(), &true.into()), "{check}");
        assert_eq!(data[if at == 0 { "error" } else { "data.error" }], 7, "{check}");
        assert_eq!((&data["list"], &data["null"]), (&r#"[1,{"a":null}]"#.into(), &"null".into()), "{check}");
    }
}

#[test]
fn xabaril_is_told_no_exception_and_no_null() {
    answers("xabaril", |what, code, content_type, body| {
        assert_eq!(content_type, Some("application/json"), "{what}");
        assert_eq!(body["status"] == "Unhealthy", code == 503, "{what}");
        let entries = body["entries"].as_object().expect("entries");
        assert_eq!(entries.is_empty(), what.ends_with("stranger"), "{what}");
        for entry in entries.values().map(|entry| entry.as_object().expect("an object")) {
            assert!(
                !entry.contains_key("exception") && entry.values().all(|value| !value.is_null()),
                "{what}"
            );
        }
    });
}

#[test]
fn there_are_details_of_a_problem_only_where_there_is_one() {
    answers("problem", |what, code, content_type, body| {
        if code == 200 {
            assert_eq!(content_type, Some("application/json"), "{what}");
            assert!(body["status"] == "ok" || body["status"] == "degraded", "{what}");
            return;
        }
        assert_eq!(content_type, Some("application/problem+json"), "{what}");
        assert_eq!((&body["type"], &body["title"]), (&"about:blank".into(), &"Service Unavailable".into()));
        assert_eq!(body["status"], code, "{what}");
        assert_eq!(body.get("health").is_some(), what.contains("authorised"), "{what}");
    });
}

#[test]
fn the_title_of_a_problem_is_the_phrase_of_the_code() {
    for (code, phrase) in [
        (500, "Internal Server Error"),
        (429, "Too Many Requests"),
        (470, "Bad Request"),
        (599, "Internal Server Error"),
    ] {
        let bad =
            Check::new("bad", || async { Err::<(), _>("refused") }).failure_threshold(1).tags(["cache"]);
        let builder = builder().details(Details::Always).failure_code(code).degraded_code(code);
        let service = service(
            builder.check(bad).check(
                Check::new("cold", || async { Outcome::degraded("cold") })
                    .kind(Kind::Startup)
                    .kind(Kind::Readiness),
            ),
        );
        for path in ["/readyz", "/readyz/bad", "/readyz/cold", "/own"] {
            let answer = ask(&service, path, "Accept: application/problem+json\r\n");
            let body = answer.json();
            assert_eq!((answer.status, &body["status"]), (code, &code.into()), "{path}");
            assert_eq!(body["title"], phrase, "{path}");
        }
        assert_eq!(ask(&service, "/readyz/cold?format=problem", "").json()["detail"], "cold: cold");
        assert_eq!(ask(&service, "/startupz?format=problem", "").json()["status"], "ok");
    }
}
