//! What operators set holds over what developers wrote, with all its rules; and a settings file changes it while the service runs.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use healthsdk::{
    BuildError, Check, Details, Kind, Monitor, MonitorBuilder, Override, Scope, Settings, Status,
};
use healthsdk_tests::{Logs, Service, eventually, http};
use humantime::format_rfc3339_millis;
use serde_json::{Value, json};
use tracing::Level;

const SOON: Duration = Duration::from_secs(20);
const HOUR: Duration = Duration::from_hours(1);

fn settings(tree: Value) -> Settings {
    serde_json::from_value(tree).expect("anything is settings until they are built with")
}

fn of_check(name: &str, options: impl Into<Value>) -> Settings {
    settings(json!({"checks": {name: options.into()}}))
}

fn variables<const N: usize>(variables: [(&str, &str); N]) -> Settings {
    Settings::from_variables(variables)
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::Always)
}

fn with(settings: Settings) -> Result<Monitor, BuildError> {
    let redis = Check::new("redis", || async {}).interval(Duration::from_millis(100));
    let shard = Check::new("shard-eu.1", || async {}).interval(Duration::from_millis(100));
    builder().check(redis).check(shard).settings(settings).build()
}

#[track_caller]
fn faults(built: Result<Monitor, BuildError>) -> Vec<String> {
    built.expect_err("it is faulty").faults().map(str::to_owned).collect()
}

/// The one fault, which has all of these in it.
#[track_caller]
fn fault(settings: Settings, parts: &[&str]) {
    let faults = faults(with(settings));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for part in parts {
        assert!(faults[0].contains(part), "no {part:?} in {:?}", faults[0]);
    }
}

fn overridden(monitor: &Monitor, name: &str) -> BTreeMap<String, String> {
    let report = actix_web::rt::System::new().block_on(monitor.report(Kind::Readiness));
    let entry = report.entries().find(|entry| entry.name() == name).expect("it is there");
    let options = entry.overridden().into_iter().flat_map(Override::options);
    options.map(|(option, value)| (option.to_owned(), value.to_owned())).collect()
}

#[test]
fn each_option_is_set_by_typed_values_by_text_and_by_variables() {
    let options = [
        ("cancel_after", json!("40s"), "40s"),
        ("degraded_above", json!("150ms"), "150ms"),
        ("enabled", json!(false), "false"),
        ("failure_status", json!("degraded"), "degraded"),
        ("failure_threshold", json!(7), "7"),
        ("interval", json!("2s"), "2s"),
        ("retry_interval", json!("50ms"), "50ms"),
        ("success_threshold", json!(4), "4"),
        ("timeout", json!("750ms"), "750ms"),
        ("ttl", json!("1.5s"), "1500ms"),
    ];
    for (option, value, shown) in options {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let variable = format!("HEALTHSDK_CHECK_SHARD_EU_1_{}", option.to_uppercase());
        for settings in [
            of_check("shard-eu.1", json!({option: value})),
            of_check("shard-eu.1", json!({option: text})),
            variables([(&variable, &text)]),
        ] {
            let monitor = with(settings).unwrap_or_else(|error| panic!("{option}: {error}"));
            let set = overridden(&monitor, "shard-eu.1");
            assert_eq!(set, BTreeMap::from([(option.to_owned(), shown.to_owned())]));
            assert!(overridden(&monitor, "redis").is_empty());
        }
    }
}

#[test]
fn settings_are_loaded_as_a_part_of_the_configuration_of_the_service() {
    #[derive(serde::Deserialize)]
    struct Configuration {
        health: Settings,
    }
    let loaded: Configuration =
        serde_json::from_str(r#"{"health": {"checks": {"redis": {"timeout": "2s"}}}}"#)
            .expect("it is a configuration");
    let monitor = with(loaded.health).expect("they are legal");
    assert_eq!(overridden(&monitor, "redis")["timeout"], "2s");
    let loaded: Settings =
        serde_saphyr::from_str("checks:\n  redis:\n    failure_threshold: 9\n").expect("YAML");
    assert_eq!(overridden(&with(loaded).expect("they are legal"), "redis")["failure_threshold"], "9");
}

#[test]
fn what_is_given_last_weighs_more_key_by_key() {
    let first = json!({"timeout": "1s", "failure_threshold": 5, "interval": "3s"});
    let check = Check::new("redis", || async {}).timeout(Duration::from_secs(9)).success_threshold(6);
    let monitor = builder()
        .settings(of_check("redis", first))
        .settings(variables([("HEALTHSDK_CHECK_REDIS_TIMEOUT", "2s"), ("HEALTHSDK_CHECK_REDIS_TTL", "4s")]))
        .check(check)
        .build()
        .expect("they are legal");
    let expected = [("failure_threshold", "5"), ("timeout", "2s"), ("ttl", "4s")];
    let expected = expected.map(|(option, value)| (option.to_owned(), value.to_owned()));
    assert_eq!(overridden(&monitor, "redis"), BTreeMap::from(expected));
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("health.json");
    fs::write(&file, r#"{"checks": {"redis": {"timeout": "3s"}}}"#).expect("the folder is there");
    let monitor = builder()
        .settings_file(&file)
        .settings(of_check("redis", json!({"timeout": "1s"})))
        .check(Check::new("redis", || async {}))
        .build()
        .expect("they are legal");
    assert_eq!(overridden(&monitor, "redis")["timeout"], "3s");
}

#[test]
fn what_is_not_known_is_told_with_the_nearest_name_and_all_faults_at_once() {
    fault(
        of_check("redsi", json!({})),
        &["`checks.redsi` of `.settings(..)`", "did you mean `redis`?", "shard-eu.1"],
    );
    fault(
        of_check("redis", json!({"timeuot": "1s"})),
        &["`checks.redis.timeuot`", "did you mean `timeout`?"],
    );
    fault(settings(json!({"deadlin": "1s"})), &["`deadlin`", "did you mean `deadline`?", "drain_delay"]);
    let variable = "HEALTHSDK_CHECK_REDIS_TIMEOT";
    fault(variables([(variable, "1s")]), &[variable, "did you mean `HEALTHSDK_CHECK_REDIS_TIMEOUT`?"]);
    let variable = "HEALTHSDK_CHECK_REDSI_TIMEOUT";
    fault(variables([(variable, "1s")]), &[variable, "did you mean `HEALTHSDK_CHECK_REDIS_TIMEOUT`?"]);
    fault(variables([("HEALTHSDK_DEDLINE", "1s")]), &["did you mean `HEALTHSDK_DEADLINE`?"]);
    let many =
        json!({"ttl": 5, "x": 1, "checks": {"y": {}, "redis": {"enabled": "no", "failure_status": "eror"}}});
    let faults = faults(with(settings(many)));
    assert_eq!(faults.len(), 5, "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.contains("write \"5ms\"")), "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.contains("did you mean \"error\"?")), "{faults:#?}");
}

#[test]
fn variables_of_tests_and_of_others_are_no_settings() {
    let others = [("HEALTHSDK_TEST_SERVERS", "require"), ("HEALTH_TOKEN", "x"), ("PATH", "/bin")];
    assert!(with(variables(others)).is_ok());
}

#[test]
fn variables_that_kubernetes_gives_beside_a_service_of_a_like_name_are_no_settings() {
    let injected = [
        ("HEALTHSDK_SERVICE_HOST", "10.0.0.11"),
        ("HEALTHSDK_SERVICE_PORT", "8080"),
        ("HEALTHSDK_DEMO_SERVICE_PORT_HTTP", "8080"),
        ("HEALTHSDK_DEMO_PORT", "tcp://10.0.0.11:8080"),
        ("HEALTHSDK_DEMO_PORT_8080_TCP", "tcp://10.0.0.11:8080"),
        ("HEALTHSDK_CHECK_DEMO_PORT_8080_TCP_ADDR", "10.0.0.11"),
        ("HEALTHSDK_CHECK_DEMO_PORT_53_UDP_PROTO", "udp"),
    ];
    assert!(with(variables(injected)).is_ok());
    for variable in ["HEALTHSDK_PORTS", "HEALTHSDK_DEMO_PORT_HTTP", "HEALTHSDK_CHECK_DEMO_PORT_TIMEOUT"] {
        fault(variables([(variable, "1s")]), &[variable]);
    }
    let check = Check::new("a-service-port", || async {});
    let variable = variables([("HEALTHSDK_CHECK_A_SERVICE_PORT_TIMEOUT", "2s")]);
    let monitor = builder().check(check).settings(variable).build().expect("it is legal");
    assert_eq!(overridden(&monitor, "a-service-port")["timeout"], "2s");
}

#[test]
fn a_variable_that_may_be_of_two_checks_is_a_fault() {
    let built = builder()
        .check(Check::new("a", || async {}))
        .check(Check::new("a-retry", || async {}))
        .settings(variables([("HEALTHSDK_CHECK_A_RETRY_INTERVAL", "1s")]))
        .build();
    let faults = faults(built);
    assert!(faults[0].contains("`retry_interval` of `a` or `interval` of `a-retry`"), "{faults:?}");
}

#[test]
fn the_rules_of_options_hold_for_what_is_set_and_name_the_setting() {
    let check = || Check::new("redis", || async {}).degraded_above(Duration::from_millis(500));
    let built = |settings| builder().check(check()).settings(settings).build();
    let faulty = faults(built(variables([("HEALTHSDK_CHECK_REDIS_TIMEOUT", "100ms")])));
    assert!(
        faulty[0].contains("`degraded_above` (500ms) must be shorter than `timeout` (100ms)"),
        "{faulty:?}"
    );
    assert!(faulty[0].contains("`HEALTHSDK_CHECK_REDIS_TIMEOUT`"), "{faulty:?}");
    let both = json!({"interval": "1s", "ttl": "1s"});
    fault(of_check("redis", both), &["`checks.redis.interval`", "`checks.redis.ttl`", "write one"]);
    // Legal together, and not any more when one ends.
    let until = format_rfc3339_millis(SystemTime::now() + HOUR).to_string();
    let ends = of_check("redis", json!({"timeout": "10s", "until": until}));
    let faulty =
        builder().check(check()).settings(ends).settings(of_check("redis", json!({"degraded_above": "5s"})));
    assert!(faults(faulty.build())[0].contains("must be shorter than `timeout` (1s)"));
    fault(settings(json!({"grace": "5s"})), &["leaves no time to stop", "`grace` of `.settings(..)`"]);
    fault(variables([("HEALTHSDK_DEADLINE", "2m")]), &["`HEALTHSDK_DEADLINE`", "at most 60 s"]);
}

#[test]
fn a_check_that_is_not_enabled_does_not_run_and_is_listed_as_ok() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let off = Check::new("off", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Err::<(), _>("down") }
    });
    let on = Check::new("on", || async {}).interval(Duration::from_millis(50));
    let monitor = builder()
        .check(off.kind(Kind::Readiness).kind(Kind::Startup))
        .check(on)
        .expect_checks(["off"])
        .settings(variables([("HEALTHSDK_CHECK_OFF_ENABLED", "false")]))
        .build()
        .expect("they are legal");
    let service = Service::start(monitor.probes());
    eventually("it is ready", SOON, || http::get(service.addr(), "/readyz").status == 200);
    let body = http::get(service.addr(), "/health").json();
    let entry = &body["checks"]["off"];
    assert_eq!((&entry["status"], &entry["message"]), (&json!("ok"), &json!("disabled by settings")));
    assert_eq!(entry["override"], json!({"options": {"enabled": "false"}, "source": "environment"}));
    assert_eq!(body["checks"]["process/settings"]["message"], "1 override: `off` disabled");
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[test]
fn globals_are_set_and_a_token_is_neither_printed_nor_serialised() {
    let token = "sesame-of-the-night-shift";
    let of_serde = settings(
        json!({"grace": "60s", "drain_delay": "0s", "details": {"bearer": token}, "detials": token}),
    );
    let of_env = variables([
        ("HEALTHSDK_DETAILS_BEARER", token),
        ("HEALTHSDK_DETAILS", token),
        ("HEALTHSDK_DETIALS", token),
        ("HEALTHSDK_GRACE", "60s"),
    ]);
    for settings in [of_serde, of_env] {
        let texts = [format!("{settings:?}"), serde_json::to_string(&settings).expect("it is JSON")];
        let told = faults(with(settings));
        for text in texts.iter().chain(&told) {
            assert!(!text.contains("sesame"), "{text}");
        }
        assert!(texts.iter().all(|text| text.contains("60s")), "{texts:?}");
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("token");
    fs::write(&file, format!("{token}\n")).expect("the folder is there");
    let cidr = settings(json!({"details": ["loopback", {"cidr": "10.0.0.0/8", "proxies": ["10.0.0.1"]}]}));
    let of_env = variables([("HEALTHSDK_DETAILS", "listener"), ("HEALTHSDK_DETAILS_CIDR", "10.0.0.0/8")]);
    for legal in [cidr, of_env] {
        let told = with(legal).expect("they are legal").describe().to_string();
        assert!(told.contains(", or whoever asks from networks that the service names"), "{told}");
    }
    fault(variables([("HEALTHSDK_DETAILS_CIDR", "10.0.0.0/99")]), &["`HEALTHSDK_DETAILS`", "10.0.0.0/99"]);
    fault(settings(json!({"details": {"proxies": "10.0.0.1"}})), &["`details`", "without `cidr`"]);
    let ways = [
        settings(json!({"grace": "60s", "drain_delay": "0s", "details": {"bearer": token}})),
        settings(
            json!({"grace": "60s", "drain_delay": "0s", "details": [{"bearer": "old"}, {"bearer_file": file}]}),
        ),
        variables([
            ("HEALTHSDK_DETAILS_BEARER_FILE", file.to_str().expect("UTF-8")),
            ("HEALTHSDK_GRACE", "60s"),
            ("HEALTHSDK_DRAIN_DELAY", "0s"),
        ]),
    ];
    for settings in ways {
        let monitor = with(settings).expect("they are legal");
        assert_eq!(monitor.shutdown_timeout(), 58);
        let service = Service::start(monitor.probes());
        assert!(!http::get(service.addr(), "/health").text().contains("redis"));
        let request = format!("GET /health HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
        let told = http::request(service.addr(), request.as_bytes()).expect("it answers");
        assert!(told.text().contains("redis"));
    }
}

#[test]
fn the_grammar_of_durations_and_the_search_for_the_nearest_word_are_those_of_the_attributes() {
    let file = |path: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        fs::read_to_string(root.join(path)).expect("it can be read")
    };
    assert_eq!(file("healthsdk/src/settings/grammar.rs"), file("healthsdk-macros/src/grammar.rs"));
    assert_eq!(file("healthsdk/src/words.rs"), file("healthsdk-macros/src/words.rs"));
}

const CHILD: &str = "HEALTHSDK_TEST_SETTINGS_CHILD";

#[test]
fn the_variables_of_the_process_are_its_settings() {
    if std::env::var_os(CHILD).is_some() {
        let monitor = with(Settings::from_env()).expect("they are legal");
        assert_eq!(overridden(&monitor, "redis")["timeout"], "350ms");
        return;
    }
    let this = std::env::current_exe().expect("it runs");
    let mut child = Command::new(this);
    child.args(["--exact", "the_variables_of_the_process_are_its_settings"]);
    child.env(CHILD, "1").env("HEALTHSDK_CHECK_REDIS_TIMEOUT", "350ms");
    let output = child.output().expect("it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// A folder as a kubelet mounts a `ConfigMap`: `health.json` leads to `..data/health.json`, and `..data` is swapped.
struct ConfigMap {
    folder: tempfile::TempDir,
    version: usize,
}

impl ConfigMap {
    fn new(content: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        symlink("..data/health.json", folder.path().join("health.json")).expect("the folder is there");
        let mut map = Self { folder, version: 0 };
        map.set(content);
        map
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("health.json")
    }

    fn set(&mut self, content: Option<&str>) {
        let at = |version: usize| format!("..{version}");
        self.version += 1;
        let new = self.folder.path().join(at(self.version));
        fs::create_dir(&new).expect("it is new");
        if let Some(content) = content {
            fs::write(new.join("health.json"), content).expect("the folder is there");
        }
        let link = self.folder.path().join("..data_tmp");
        symlink(at(self.version), &link).expect("it is new");
        fs::rename(link, self.folder.path().join("..data")).expect("it can be replaced");
        let _ = fs::remove_dir_all(self.folder.path().join(at(self.version - 1)));
    }
}

/// A service on a check that fails as long as it is told to, and its settings file.
struct Night {
    map: ConfigMap,
    down: Arc<AtomicBool>,
    monitor: Monitor,
    service: Service,
}

impl Night {
    fn of(name: &'static str, content: Option<&str>, option: impl FnOnce(Check) -> Check) -> Self {
        let map = ConfigMap::new(content);
        let down = Arc::new(AtomicBool::new(false));
        let fails = Arc::clone(&down);
        let check = Check::new(name, move || {
            let fails = fails.load(Ordering::SeqCst);
            async move { if fails { Err("connection refused") } else { Ok(()) } }
        });
        let quick = Duration::from_millis(50);
        let check = option(check.interval(quick).retry_interval(quick));
        let monitor = builder().check(check).settings_file(map.file()).build().expect("it is legal");
        let service = Service::start(monitor.probes());
        let night = Self { map, down, monitor, service };
        eventually("it is ready", SOON, || night.status("/readyz") == 200);
        night
    }

    fn set(&mut self, tree: &Value) {
        self.map.set(Some(&tree.to_string()));
    }

    fn status(&self, path: &str) -> u16 {
        http::get(self.service.addr(), path).status
    }

    fn entry(&self, path: &str, name: &str) -> Value {
        http::get(self.service.addr(), path).json()["checks"][name].clone()
    }

    fn told(&self) -> String {
        self.entry("/livez", "process/settings")["message"].as_str().unwrap_or_default().to_owned()
    }

    fn fails(&self) {
        self.down.store(true, Ordering::SeqCst);
        eventually("it is out of traffic", SOON, || self.status("/readyz") == 503);
    }
}

#[test]
fn at_three_in_the_morning_a_failed_check_is_ignored_with_an_expiry_and_without_a_restart() {
    let logs = Logs::of_process();
    let mut night = Night::of("search-3am", None, |check| check);
    assert_eq!(night.entry("/livez", "process/settings")["status"], "ok");
    assert_eq!(night.told(), "");
    night.fails();
    let since = night.entry("/readyz", "search-3am")["since"].clone();
    let until = SystemTime::now() + Duration::from_secs(8);
    let until = format_rfc3339_millis(until).to_string();
    let ignored = json!({"failure_status": "ok", "until": until, "reason": "index is rebuilt"});
    night.set(&json!({"checks": {"search-3am": ignored}}));
    eventually("it is back", Duration::from_secs(7), || night.status("/readyz") == 200);
    let entry = night.entry("/readyz", "search-3am");
    assert_eq!((&entry["status"], &entry["message"]), (&json!("ok"), &json!("connection refused")));
    assert!(entry["failures"].as_u64() > Some(2) && entry["since"] != since, "{entry}");
    let shown = &entry["override"];
    assert_eq!(shown["options"], json!({"failure_status": "ok"}));
    assert_eq!((&shown["until"], &shown["reason"]), (&json!(until), &json!("index is rebuilt")));
    assert_eq!(shown["source"], night.map.file().to_str().expect("UTF-8"));
    for path in ["/livez", "/readyz", "/startupz", "/health"] {
        eventually("every report tells", SOON, || {
            let told = night.entry(path, "process/settings")["message"].clone();
            told.as_str().is_some_and(|told| told.starts_with("1 override: `search-3am` ignored until "))
        });
    }
    let verbose = http::get(night.service.addr(), "/readyz?verbose");
    let text = verbose.text();
    assert!(text.contains("[+]search-3am overridden: ok\n"), "{text}");
    eventually("it is out again", SOON, || night.status("/readyz") == 503);
    let late = SystemTime::now().duration_since(humantime::parse_rfc3339(&until).expect("a time"));
    assert!(late.expect("not before its time") < Duration::from_secs(2), "late");
    assert!(night.entry("/readyz", "search-3am").get("override").is_none());
    eventually("that it is over is told", SOON, || night.told().contains("`search-3am` was set until "));

    let told: Vec<_> =
        logs.with("settings of `search-3am` changed").iter().map(|l| (l.level, l.message.clone())).collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert_eq!((told[0].0, told[1].0), (Level::INFO, Level::WARN), "{told:#?}");
    for part in ["failure_status error -> ok", "index is rebuilt", "it is ok, was error"] {
        assert!(told[0].1.contains(part), "no {part:?} in {told:#?}");
    }
    assert!(told[1].1.contains("failure_status ok -> error"), "{told:#?}");
    let failures = logs.with("check `search-3am` failed");
    assert_eq!(failures.len(), 1, "{failures:#?}");
}

#[test]
fn a_wrong_change_keeps_what_held_and_is_degraded_and_restarts_nobody() {
    let logs = Logs::of_process();
    let mut night = Night::of("search-wrong", None, |check| check.failure_threshold(1));
    night.fails();
    night.set(&json!({"checks": {"search-wrong": {"failure_status": "degraded"}}}));
    eventually("it is back", SOON, || night.status("/readyz") == 200);
    let wrong = [
        ("{\"checks\":".to_owned(), "it is no JSON"),
        (json!({"checks": {"search-worng": {}}}).to_string(), "did you mean `search-wrong`?"),
        (
            json!({"checks": {"search-wrong": {"retry_interval": "9s"}}}).to_string(),
            "must not be longer than `interval`",
        ),
        ("x".repeat(300 * 1024), "more than 256 KiB"),
    ];
    for (content, told) in wrong {
        night.map.set(Some(&content));
        eventually(told, SOON, || night.told().contains(told));
        assert_eq!(night.entry("/livez", "process/settings")["status"], "degraded");
        assert_eq!((night.status("/livez"), night.status("/readyz")), (200, 200));
        assert_eq!(
            night.entry("/readyz", "search-wrong")["override"]["options"]["failure_status"],
            "degraded"
        );
    }
    logs.logged(Level::WARN, "did you mean `search-wrong`?", SOON);
    night.map.set(None);
    eventually("what is removed sets nothing", SOON, || night.status("/readyz") == 503);
    eventually("it is well", SOON, || night.entry("/livez", "process/settings")["status"] == "ok");
}

#[test]
fn every_option_of_a_check_takes_effect_while_the_service_runs() {
    let mut night =
        Night::of("search-live", Some("{}"), |check| check.degraded_above(Duration::from_millis(900)));
    let set = |night: &mut Night, options: Value| {
        night.set(&json!({"checks": {"search-live": options}}));
        eventually("it is set", SOON, || {
            night.entry("/readyz", "search-live")["override"]["options"] == options
        });
    };
    let checked = |night: &Night| night.entry("/readyz", "search-live")["checked_at"].clone();
    set(&mut night, json!({"enabled": "false"}));
    assert_eq!(night.entry("/readyz", "search-live")["message"], "disabled by settings");
    night.down.store(true, Ordering::SeqCst);
    set(&mut night, json!({"failure_threshold": "1"}));
    eventually("it runs again, and fails by one run", SOON, || night.status("/readyz") == 503);
    set(&mut night, json!({"interval": "10s"}));
    assert_eq!(night.status("/readyz"), 503, "what is replanned is not well, and not stale");
    night.down.store(false, Ordering::SeqCst);
    set(&mut night, json!({"success_threshold": "1", "retry_interval": "20ms"}));
    eventually("it recovers", SOON, || night.status("/readyz") == 200);
    set(&mut night, json!({"ttl": "1h"}));
    eventually("it runs once more", SOON, || checked(&night).is_string());
    let last = checked(&night);
    set(&mut night, json!({"interval": "100ms", "timeout": "950ms", "degraded_above": "1ns"}));
    eventually("it runs in the background", SOON, || checked(&night) != last);
    eventually("it is slow", SOON, || night.entry("/readyz", "search-live")["status"] == "degraded");
}

#[test]
fn globals_of_the_file_wait_for_the_next_start_and_that_is_told() {
    let logs = Logs::of_process();
    let mut night = Night::of("search-later", Some(r#"{"deadline": "150ms"}"#), |check| check);
    night.set(&json!({"deadline": "190ms", "grace": "70s"}));
    let told = "`deadline`, `grace` take effect at the next start";
    eventually("it is told", SOON, || night.told() == told);
    logs.logged(Level::INFO, told, SOON);
    assert_eq!(night.monitor.shutdown_timeout(), 18);
}

#[test]
fn while_the_service_drains_settings_change_nothing() {
    let mut night = Night::of("search-drain", None, |check| check.failure_threshold(1));
    night.fails();
    let file = night.map.file();
    let goes_on = builder().check(Check::new("search-drain", || async {})).settings_file(file).build();
    let goes_on = goes_on.expect("it is legal");
    night.monitor.drain();
    let looked = night.entry("/livez", "process/settings")["checked_at"].clone();
    for status in ["degraded", "ok"] {
        night.set(&json!({"checks": {"search-drain": {"failure_status": status}}}));
        eventually("one that does not drain follows", SOON, || {
            overridden(&goes_on, "search-drain").get("failure_status").is_some_and(|set| set == status)
        });
    }
    assert_eq!(night.entry("/livez", "process/settings")["checked_at"], looked);
    assert_eq!(night.entry("/readyz", "search-drain")["status"], "error");
}

#[test]
fn a_file_that_is_wrong_at_the_start_is_a_fault_and_one_that_is_missing_is_none() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let built = |name: &str, content: Option<&str>| {
        let file = folder.path().join(name);
        if let Some(content) = content {
            fs::write(&file, content).expect("the folder is there");
        }
        builder().check(Check::new("redis", || async {})).settings_file(file).build()
    };
    assert!(built("missing.json", None).is_ok());
    let told = faults(built("a.json", Some(r#"{"checks": {"reds": {}}, "ttl": "1"}"#)));
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|fault| fault.contains("a.json")) && told[0].contains("`redis`"), "{told:#?}");
    assert!(faults(built("b.json", Some("")))[0].contains("it is no JSON"));
    assert!(
        faults(builder().allow_empty().settings_file(folder.path()).build())[0].contains("it is no file")
    );
    let yaml = "ttl: 1s\nchecks:\n  redis:\n    enabled: false\n    until: 2126-03-02T06:00:00+01:00\n";
    let monitor = built("c.yaml", Some(yaml)).expect("it is legal");
    assert_eq!(overridden(&monitor, "redis")["enabled"], "false");
    assert!(faults(built("d.yml", Some("checks: [")))[0].contains("it is no YAML"));
    let over = r#"{"checks": {"redis": {"enabled": false, "until": "2020-01-01T00:00:00Z"}}}"#;
    assert!(overridden(&built("e.json", Some(over)).expect("it is legal"), "redis").is_empty());
}

#[test]
fn a_shared_check_that_is_set_back_counts_as_before() {
    let mut night = Night::of("search-shared", None, |check| {
        check.failure_threshold(1).scope(Scope::Shared).failure_status(Status::Error)
    });
    night.down.store(true, Ordering::SeqCst);
    let status = |night: &Night| night.entry("/readyz", "search-shared")["status"].clone();
    eventually("it is degraded", SOON, || status(&night) == "degraded");
    night.set(&json!({"checks": {"search-shared": {"failure_status": "ok"}}}));
    eventually("it is ignored", SOON, || status(&night) == "ok");
    night.map.set(None);
    eventually("it is degraded again", SOON, || status(&night) == "degraded");
}

/// Wrong in every way that could quote the token.
const LEAKS: [(&str, &str); 8] = [
    ("json", r#"{"details": {"bearer": "S3cr3t"}, "ttl": 1s}"#),
    ("json", r#"{"details": {"bearer": "S3cr3t" "S3cr3t"}}"#),
    ("json", r#"{"details": {"bearer": {"S3cr3t": "S3cr3t"}}}"#),
    ("json", r#""S3cr3t""#),
    ("yaml", "details:\n  bearer: S3cr3t\n ttl: [\n"),
    ("yaml", "details:\n  bearer: \"S3cr3t\" S3cr3t\n"),
    ("yaml", "details:\n  bearer: !!int S3cr3t\n"),
    ("yaml", "details: {bearer: *S3cr3t}\n"),
];

#[test]
fn a_token_beside_a_mistake_in_a_settings_file_is_in_no_output() {
    let logs = Logs::of_process();
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (extension, wrong) in LEAKS {
        let file = folder.path().join(format!("health.{extension}"));
        let built = || {
            let check = Check::new("redis", || async {}).interval(Duration::from_millis(50));
            builder().check(check).settings_file(&file).build()
        };
        fs::write(&file, wrong).expect("the folder is there");
        let told = faults(built()).join("; ");
        assert!(!told.contains("S3cr3t") && told.contains("health."), "{wrong}: {told}");
        fs::remove_file(&file).expect("it is there");
        let service = Service::start(built().expect("there is no file").probes());
        fs::write(&file, wrong).expect("the folder is there");
        let settings = || http::get(service.addr(), "/health").json()["checks"]["process/settings"].clone();
        eventually(wrong, SOON, || settings()["status"] == "degraded");
        assert!(!settings().to_string().contains("S3cr3t"), "{wrong}: {}", settings());
        eventually("it is logged", SOON, || !logs.with("has changed, and is wrong").is_empty());
        fs::remove_file(&file).expect("it is there");
    }
    let lines: Vec<_> = logs.lines().iter().map(ToString::to_string).collect();
    assert!(lines.iter().all(|line| !line.contains("S3cr3t")), "{lines:#?}");
}

#[test]
fn where_a_settings_file_is_malformed_is_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text, place) in
        [("a.json", "{\n  \"ttl\" 1\n}", "line 2 column 9"), ("a.yaml", "ttl: 1s\nchecks: [\n", "line ")]
    {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("the folder is there");
        let told = faults(builder().allow_empty().settings_file(file).build());
        assert!(told.len() == 1 && told[0].contains(place), "{told:?}");
    }
}

#[test]
fn of_very_many_mistakes_the_first_are_told_and_the_others_counted() {
    let many: serde_json::Map<_, _> = (0..5000).map(|one| (format!("key{one}"), json!(1))).collect();
    let told = faults(with(settings(many.into())));
    assert_eq!((told.len(), told[20].as_str()), (21, "and 4980 more"));
}
