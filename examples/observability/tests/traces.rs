//! The spans of the service, as they arrive at a sink of OTLP.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::Duration;

use healthsdk_tests::http::{self, Client};
use healthsdk_tests::servers::tool;
use healthsdk_tests::{Child, eventually, eventually_some, free_port, need};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(30);

fn listens(port: u16) {
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    eventually("it listens", SOON, || Client::connect(addr, http::TIMEOUT).is_ok());
}

/// The next span of this check with this outcome.
fn span(sink: &Child, check: &str, outcome: &str) -> Value {
    let is = |span: &Value| {
        attribute(span, "check")["stringValue"] == check
            && attribute(span, "outcome")["stringValue"] == outcome
    };
    let next = || sink.try_line().and_then(|line| serde_json::from_str(&line).ok()).filter(is);
    eventually_some(&format!("a span of {check} arrives"), SOON, next)
}

fn attribute<'a>(span: &'a Value, name: &str) -> &'a Value {
    let all = span["attributes"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .find(|attribute| attribute["key"] == name)
        .map_or(&Value::Null, |attribute| &attribute["value"])
}

#[test]
fn each_run_arrives_as_a_trace_of_its_own_with_what_the_check_told() {
    let Some(oteltap) = need!(tool("oteltap")) else { return };
    let port = free_port();
    let sink =
        Child::start(Command::new(oteltap).args(["--port", &port.to_string()]).env("PYTHONUNBUFFERED", "1"));
    listens(port);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let broken = folder.path().join("broken");
    let service_port = free_port();
    let _service = Child::start(
        Command::new(env!("CARGO_BIN_EXE_observability"))
            .env("PORT", service_port.to_string())
            .env("BROKEN", &broken)
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{port}"))
            .env("OTEL_BSP_SCHEDULE_DELAY", "200"),
    );
    let well = span(&sink, "warehouse", "ok");
    assert_eq!((well["name"].as_str(), well["parentSpanId"].as_str()), (Some("health_check"), Some("")));
    assert_eq!(attribute(&well, "kinds")["stringValue"], "readiness");
    assert!(
        attribute(&well, "duration_seconds")["doubleValue"].as_f64().is_some_and(|seconds| seconds >= 0.005)
    );
    assert_eq!(well["status"]["code"], 0);
    assert_eq!(well["events"][0]["name"], "asks the warehouse");

    File::create(&broken).expect("the folder is there");
    let failed = span(&sink, "warehouse", "error");
    assert_eq!(failed["status"]["code"], 2, "an error in the words of OpenTelemetry");
    assert_eq!(attribute(&failed, "reason")["stringValue"], "the warehouse is closed");
    assert_ne!(failed["traceId"], well["traceId"]);
}
