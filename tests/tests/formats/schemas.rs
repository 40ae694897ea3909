//! The published JSON Schemas hold for real answers, and are not so wide that they hold for anything.

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::{ENDPOINTS, State, ask, friend};

const REPORT: &str = include_str!("../../../healthsdk/schema/report.schema.json");
const SCHEMAS: [(&str, &str); 6] = [
    ("json", REPORT),
    ("health-json", include_str!("../../../healthsdk/schema/health-json.schema.json")),
    ("spring", include_str!("../../../healthsdk/schema/spring.schema.json")),
    ("microprofile", include_str!("../../../healthsdk/schema/microprofile.schema.json")),
    ("xabaril", include_str!("../../../healthsdk/schema/xabaril.schema.json")),
    ("problem", include_str!("../../../healthsdk/schema/problem.schema.json")),
];

fn schema(word: &str) -> Validator {
    let word = if word == "spring-v2" { "spring" } else { word };
    let text = SCHEMAS.iter().find(|(of, _)| *of == word).expect("there is one").1;
    let parse = |text| serde_json::from_str::<Value>(text).expect("the schema is JSON");
    let report = parse(REPORT);
    let id = report["$id"].as_str().expect("it has one").to_owned();
    let registry = Registry::new().add(id, report).expect("it is one").prepare().expect("it resolves");
    jsonschema::options()
        .should_validate_formats(true)
        .with_registry(&registry)
        .build(&parse(text))
        .expect("the schema is one")
}

#[track_caller]
fn holds(schema: &Validator, body: &Value, what: &str) {
    let errors: Vec<_> =
        schema.iter_errors(body).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?} in {body:#}");
}

#[test]
fn every_answer_is_as_its_schema_says() {
    let words = super::WORDS.map(|word| (word, schema(word)));
    let report = schema("json");
    for state in State::ALL {
        let service = state.serve();
        for path in ENDPOINTS.into_iter().chain(["/own", "/readyz/postgres", "/readyz/process/draining"]) {
            for (word, schema) in &words {
                for ask in [friend, ask] {
                    let answer = ask(&service, &format!("{path}?format={word}"), "");
                    if answer.status != 404 {
                        let plain = *word == "problem" && answer.status == 200;
                        let schema = if plain { &report } else { schema };
                        holds(schema, &answer.json(), &format!("{path} {word} {state:?}"));
                    }
                }
            }
        }
    }
}

#[test]
fn the_schemas_refuse_what_no_answer_is() {
    let time = "2026-03-02T09:41:07.532Z";
    let reading = json!({"componentId": "a", "componentType": "system", "time": time});
    let with = |key: &str, value: Value| {
        let mut reading = reading.clone();
        reading[key] = value;
        json!({"status": "pass", "checks": {"a": [reading]}})
    };
    for (word, bodies) in [
        (
            "health-json",
            vec![
                json!({}),
                json!({"status": "ok"}),
                json!({"status": "pass", "output": "", "serviceId": "x"}),
                json!({"status": "warn", "serviceId": "x"}),
                json!({"status": "pass", "checks": {"a": reading}}),
                json!({"status": "pass", "checks": {"a:b:connections": [reading]}}),
                json!({"status": "pass", "checks": {"a": []}}),
                with("time", json!("yesterday")),
                with("observedValue", json!(3)),
                with("output", json!("why?")),
                with("affectedEndpoints", json!(["/orders"])),
                with("status", json!("fail")),
            ],
        ),
        (
            "spring",
            vec![
                json!({"status": "ok"}),
                json!({"status": "UP", "details": {}, "components": {}}),
                json!({"status": "UP", "components": {}}),
                json!({"status": "UP", "components": {"a": {"status": "UP", "groups": [], "details": {"since": time}}}}),
                json!({"status": "UP", "components": {"a": {"status": "UP", "details": {}}}}),
                json!({"status": "UP", "groups": []}),
            ],
        ),
        (
            "microprofile",
            vec![
                json!({"status": "UP"}),
                json!({"status": "UNKNOWN", "checks": []}),
                json!({"status": "UP", "checks": [], "more": 1}),
                json!({"status": "UP", "checks": [{"name": "a", "status": "UP", "data": {"since": time, "a": null}}]}),
                json!({"status": "UP", "checks": [{"name": "a", "status": "UP", "data": {"since": time, "a": {}}}]}),
                json!({"status": "UP", "checks": [{"name": "a", "status": "UP", "data": {"since": time, "a": []}}]}),
                json!({"status": "UP", "checks": [{"status": "UP", "data": {"since": time}}]}),
            ],
        ),
        (
            "xabaril",
            vec![
                json!({"status": "Healthy"}),
                json!({"status": "Healthy", "totalDuration": "1s", "entries": {}}),
                json!({"status": "Healthy", "totalDuration": "00:00:01.0000000", "entries": {"a": {
                    "data": {}, "duration": "00:00:01.0000000", "status": "Healthy", "tags": [], "exception": "x"
                }}}),
                json!({"status": "Healthy", "totalDuration": "00:00:01.0000000", "entries": {"a": {
                    "data": {}, "duration": "00:00:01.0000000", "status": "Healthy", "tags": [], "description": null
                }}}),
            ],
        ),
        (
            "problem",
            vec![
                json!({"status": "ok"}),
                json!({"type": "about:blank", "title": "OK", "status": 200, "detail": "x"}),
                json!({"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": ""}),
                json!({"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "x", "health": {
                    "status": "error"
                }}),
            ],
        ),
    ] {
        let schema = schema(word);
        for body in bodies {
            assert!(!schema.is_valid(&body), "{word}: {body}");
        }
    }
}
