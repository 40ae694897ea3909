//! What is counted, as scrapers read it: `OpenMetrics` from the monitor itself, and the same through the `metrics` facade.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, fs};

use healthsdk::{Check, Details, Kind, Monitor, MonitorBuilder, Outcome, Settings};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::servers::{Missing, Prometheus, client, python};
use healthsdk_tests::{Child, Service, eventually, need};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(30);
const TOKEN: &str = "a-token-that-nobody-guesses";
const ENDPOINTS: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const BRIEF: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(4000);

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::bearer(TOKEN))
}

fn serve(monitor: &Monitor) -> Service {
    let probes = monitor.probes();
    Service::start(move |config| probes(config))
}

fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

fn friend(service: &Service, path: &str) -> Answer {
    ask(service, path, &format!("Authorization: Bearer {TOKEN}\r\n"))
}

fn page(service: &Service) -> String {
    let answer = friend(service, "/health?format=openmetrics");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(OPENMETRICS)));
    answer.text().to_owned()
}

/// The value of a sample, named with its labels.
fn value(page: &str, sample: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

fn has(service: &Service, sample: &str, is: f64) {
    eventually(&format!("{sample} is {is}"), SOON, || value(&page(service), sample) == Some(is));
}

fn fails(name: &'static str) -> Check {
    Check::new(name, || async { Err::<(), _>("the password is hunter2") }).failure_threshold(1)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn example(file: &str) -> String {
    let file = root().join("examples/observability").join(file);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn promtool() -> Result<PathBuf, Missing> {
    client("promtool", "prometheus")
}

/// What a program says to a text: whether it is content, and its words.
fn fed(command: &mut Command, text: &str) -> (bool, String) {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let words = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&words).into_owned())
}

/// Some of everything: kinds, tags, thresholds, panics, timeouts.
fn motley() -> MonitorBuilder {
    builder()
        .service("or\"d\\er\ns")
        .version("1.2.3")
        .check(Check::new("ping", || async {}).kind(Kind::Liveness).kind(Kind::Readiness).interval(LONG))
        .check(Check::new("migrated", || async {}).kind(Kind::Startup))
        .check(
            Check::new("redis", || async { Outcome::degraded("cold") })
                .tags(["storage", "cache"])
                .interval(LONG),
        )
        .check(fails("postgres").interval(LONG).retry_interval(LONG))
        .check(
            Check::new("hangs", std::future::pending::<()>)
                .timeout(BRIEF)
                .cancel_after(LONG)
                .failure_threshold(1)
                .interval(LONG)
                .retry_interval(LONG),
        )
}

fn has_settled(service: &Service) {
    for check in ["ping", "migrated", "redis", "postgres"] {
        has(service, &format!("healthsdk_check_duration_seconds_count{{check=\"{check}\"}}"), 1.0);
    }
    has(service, "healthsdk_check_timeouts_total{check=\"hangs\"}", 1.0);
    has(service, "healthsdk_lifecycle{state=\"ready\"}", 1.0);
}

/// Where the machine stood still meanwhile, runs are void, and there are more of them.
fn undisturbed() -> Service {
    let mut services = std::iter::repeat_with(|| serve(&motley().build().expect("it is legal"))).take(10);
    let steady = |service: &Service| {
        has_settled(service);
        value(&page(service), "healthsdk_engine_frozen_total") == Some(0.0)
    };
    services.find(steady).expect("one of ten is not disturbed")
}

/// Times and durations are `<time>`. `UPDATE_EXPECT=1` writes the files anew.
#[test]
fn the_page_is_as_in_the_golden_files() {
    let service = undisturbed();
    let stranger = ask(&service, "/health?format=openmetrics", "").text().to_owned();
    for (golden, told) in
        [("openmetrics-authorised.txt", masked(&page(&service))), ("openmetrics-stranger.txt", stranger)]
    {
        let file = root().join("tests/golden").join(golden);
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, &told).expect("the file can be written");
        }
        assert_eq!(told, fs::read_to_string(&file).expect("the file is there"), "{golden}");
    }
}

fn masked(page: &str) -> String {
    page.lines().fold(String::new(), |mut masked, line| {
        let is_time = !line.starts_with('#')
            && ["_seconds_bucket{", "_seconds_sum{", "_timestamp_seconds{", "_lag_seconds "]
                .iter()
                .any(|time| line.contains(time))
            && !line.contains("+Inf")
            && !line.contains("hangs");
        let shown = line.rsplit_once(' ').filter(|_| is_time).map(|(sample, _)| format!("{sample} <time>"));
        writeln!(masked, "{}", shown.as_deref().unwrap_or(line)).expect("a String takes all");
        masked
    })
}

#[test]
fn a_scraper_gets_it_by_its_word_or_by_accept_at_every_endpoint() {
    let service = serve(&builder().check(Check::new("ping", || async {})).build().expect("it is legal"));
    let prometheus = "Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                      text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n";
    for path in ENDPOINTS {
        let by_accept = ask(&service, path, &format!("{prometheus}Authorization: Bearer {TOKEN}\r\n"));
        assert_eq!(by_accept.header("content-type"), Some(OPENMETRICS), "{path}");
        assert_eq!(by_accept.header("vary"), Some("Accept"), "{path}");
        assert!(by_accept.text().contains("healthsdk_check_status{check=\"ping\"}"), "{path}");
        let by_word = friend(&service, &format!("{path}?format=openmetrics"));
        assert_eq!((by_word.header("content-type"), by_word.header("vary")), (Some(OPENMETRICS), None));
        let older = friend(&service, &format!("{path}?format=prometheus"));
        assert_eq!(older.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        assert!(older.text().contains("# TYPE healthsdk_check_runs_total counter\n"));
    }
}

#[test]
fn a_strangers_scrape_names_no_check() {
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    for path in ENDPOINTS {
        for word in ["openmetrics", "prometheus"] {
            let answer = ask(&service, &format!("{path}?format={word}"), "");
            assert_eq!(answer.status, 200, "{path}");
            let samples: Vec<_> = answer.text().lines().filter(|line| !line.starts_with('#')).collect();
            assert_eq!(samples, ["healthsdk_ready 0"], "{path}");
        }
    }
    assert!(!page(&service).contains("hunter2"), "not even authorised readers get a message");
}

#[test]
fn a_scrape_runs_nothing_and_waits_for_nothing() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let counting = Check::new("counted", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(())
    });
    let hung = Check::new("hung", std::future::pending::<()>).timeout(LONG).cancel_after(LONG);
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .deadline(SOON)
        .check(counting.ttl(Duration::from_nanos(1)))
        .check(hung);
    let service = serve(&monitor.build().expect("it is legal"));
    for _ in 0..20 {
        for path in ENDPOINTS {
            assert_eq!(friend(&service, &format!("{path}?format=openmetrics&wait=30s")).status, 200);
        }
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0, "only a reader of reports has it run");
    assert_eq!(value(&page(&service), "healthsdk_check_in_flight{check=\"hung\"}"), Some(1.0));
}

#[test]
fn a_scrape_is_200_while_everything_fails_and_while_the_service_drains() {
    let monitor = builder().check(fails("postgres")).failure_code(599).build().expect("it is legal");
    let service = serve(&monitor);
    has(&service, "healthsdk_check_status{check=\"postgres\"}", 2.0);
    assert_eq!(friend(&service, "/readyz").status, 599);
    monitor.drain();
    has(&service, "healthsdk_lifecycle{state=\"draining\"}", 1.0);
    for path in ENDPOINTS {
        assert_eq!(ask(&service, &format!("{path}?format=openmetrics"), "").status, 200, "{path}");
    }
    let page = page(&service);
    assert_eq!(value(&page, "healthsdk_lifecycle{state=\"ready\"}"), Some(0.0));
    assert_eq!(value(&page, "healthsdk_ready"), Some(0.0));
}

#[test]
fn counters_never_go_back_while_checks_run_fail_and_are_scraped() {
    let switch = Arc::new(AtomicBool::new(true));
    let look = Arc::clone(&switch);
    let flapping = Check::new("flapping", move || {
        std::future::ready(look.fetch_xor(true, Ordering::SeqCst).then_some(()).ok_or("off"))
    });
    let every = Duration::from_millis(2);
    let flapping = flapping.interval(every).retry_interval(every).failure_threshold(1).success_threshold(1);
    let service = serve(&builder().check(flapping).build().expect("it is legal"));
    let counters = |page: &str| -> Vec<(String, f64)> {
        let counts = |sample: &str| {
            ["_total", "_bucket{", "_count{", "_sum{"].iter().any(|suffix| sample.contains(suffix))
        };
        let samples = page.lines().filter_map(|line| line.rsplit_once(' '));
        samples
            .filter(|(sample, _)| !sample.starts_with('#') && counts(sample))
            .map(|(sample, value)| (sample.to_owned(), value.parse().expect("a number")))
            .collect()
    };
    let mut before = counters(&page(&service));
    let moved = |name: &str, now: &[(String, f64)]| {
        now.iter().any(|(sample, value)| sample.starts_with(name) && *value > 5.0)
    };
    eventually("transitions are counted in both directions", SOON, || {
        let now = counters(&page(&service));
        for ((sample, was), (same, is)) in before.iter().zip(&now) {
            assert_eq!(sample, same);
            assert!(is >= was, "{sample} was {was} and is {is}");
        }
        before.clone_from(&now);
        ["ok", "error"].iter().all(|to| {
            moved(&format!("healthsdk_check_transitions_total{{check=\"flapping\",to=\"{to}\"}}"), &now)
        })
    });
}

#[test]
fn what_settings_change_is_seen_and_a_check_that_they_switch_off_is_no_failure() {
    let settings = r#"{"checks": {"postgres": {"enabled": false}, "ping": {"timeout": "2s"}}}"#;
    let settings: Settings = serde_json::from_str(settings).expect("they are legal");
    let builder =
        builder().check(fails("postgres")).check(Check::new("ping", || async {})).settings(settings);
    let service = serve(&builder.build().expect("it is legal"));
    has(&service, "healthsdk_check_status{check=\"postgres\"}", 0.0);
    has(&service, "healthsdk_ready", 1.0);
    let page = page(&service);
    for (check, enabled) in [("postgres", 0.0), ("ping", 1.0)] {
        assert_eq!(value(&page, &format!("healthsdk_check_enabled{{check=\"{check}\"}}")), Some(enabled));
        assert_eq!(value(&page, &format!("healthsdk_check_overridden{{check=\"{check}\"}}")), Some(1.0));
    }
}

#[test]
fn promtool_finds_nothing_to_mend() {
    let Some(promtool) = need!(promtool()) else { return };
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    let page = friend(&service, "/health?format=prometheus").text().to_owned();
    let (clean, words) = fed(Command::new(promtool).args(["check", "metrics"]), &page);
    assert!(clean && words.is_empty(), "{words}\n{page}");
}

#[test]
fn the_table_in_the_readme_has_every_metric_with_its_type_and_labels() {
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    let page = friend(&service, "/health?format=prometheus").text().to_owned();
    let told = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(|family| {
        let (name, kind) = family.split_once(' ').expect("a type");
        let sample =
            page.lines().find(|line| !line.starts_with('#') && line.starts_with(name)).expect("a sample");
        let labels = sample.split_once('{').map(|(_, labels)| labels.split("\",")).into_iter().flatten();
        let labels: Vec<_> = labels
            .filter_map(|label| label.split_once('=').map(|(label, _)| label))
            .filter(|label| *label != "le")
            .map(|label| format!("`{label}`"))
            .collect();
        format!("| `{name}` | {kind} | {} |", labels.join(", "))
    });
    let readme = fs::read_to_string(root().join("README.md")).expect("it is there");
    let is_row = |line: &&str| line.starts_with("| `healthsdk_");
    let table: Vec<_> = readme
        .lines()
        .filter(is_row)
        .map(|row| row.split_inclusive('|').take(4).collect::<String>())
        .collect();
    assert_eq!(table, told.map(|row| row.replace("|  |", "| |")).collect::<Vec<_>>());
}

/// Samples by their name and labels in order, and the types of their families.
fn parsed(page: &str) -> BTreeMap<String, String> {
    let canonical = |sample: &str| {
        let Some((name, labels)) = sample.trim_end_matches('}').split_once('{') else {
            return sample.to_owned();
        };
        let mut labels: Vec<_> = labels.split("\",").map(|label| label.trim_end_matches('"')).collect();
        labels.sort_unstable();
        // `1` and `1.0` are the same bound.
        format!("{name} {}", labels.join(" ").replace(".0", ""))
    };
    let lines = page.lines().filter(|line| !line.starts_with("# HELP") && !line.is_empty());
    lines
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(sample, value)| match sample.strip_prefix("# TYPE ") {
            Some(family) => (format!("type of {family}"), value.to_owned()),
            None => (canonical(sample), value.parse::<f64>().expect("a number").to_string()),
        })
        .collect()
}

#[test]
fn an_exporter_of_the_facade_tells_the_same_names_types_and_values() {
    let durations = Matcher::Full("healthsdk_check_duration_seconds".to_owned());
    let recorded = PrometheusBuilder::new()
        .set_buckets_for_metric(durations, &healthsdk::DURATION_BUCKETS)
        .expect("there are buckets")
        .install_recorder()
        .expect("it is the first");
    let monitor = motley()
        .check(
            Check::new("panics", || async { assert!(TOKEN.is_empty(), "boom") })
                .interval(LONG)
                .retry_interval(LONG),
        )
        .metrics()
        .metrics();
    let service = serve(&monitor.build().expect("it is legal"));
    has_settled(&service);
    has(&service, "healthsdk_check_runs_total{check=\"panics\",outcome=\"panicked\"}", 1.0);
    let both = || {
        let own = parsed(friend(&service, "/health?format=prometheus").text());
        let exported = parsed(&recorded.render());
        [own, exported].map(|mut samples| {
            let lag = samples.remove("healthsdk_engine_lag_seconds").expect("there is one");
            assert!(lag.parse::<f64>().is_ok_and(|lag| (0.0..60.0).contains(&lag)), "{lag}");
            // An exporter has no histogram of what has no duration yet.
            samples.retain(|sample, _| !sample.contains("duration_seconds") || !sample.contains("hangs"));
            samples
        })
    };
    eventually("the exporter has been told of everything", SOON, || {
        let [own, exported] = both();
        own == exported
    });
    let [own, _] = both();
    assert!(own.len() > 150, "{own:#?}");
    assert_eq!(own["type of healthsdk_check_duration_seconds"], "histogram");
}

/// The recorder is code of the service: while it hangs, probes and scrapes answer, and checks run.
#[test]
fn a_recorder_that_hangs_holds_up_no_probe() {
    #[derive(Debug)]
    struct Hangs;
    impl metrics::Recorder for Hangs {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
            std::thread::park();
        }
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }
        fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::noop()
        }
        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }
    metrics::set_global_recorder(Hangs).expect("it is the first");
    let service = serve(
        &builder()
            .check(Check::new("ping", || async {}).interval(BRIEF))
            .metrics()
            .build()
            .expect("it is legal"),
    );
    eventually("checks run on", SOON, || {
        value(&page(&service), "healthsdk_check_runs_total{check=\"ping\",outcome=\"ok\"}")
            .is_some_and(|runs| runs > 3.0)
    });
    assert_eq!(friend(&service, "/readyz").status, 200);
}

#[test]
fn a_strict_parser_of_openmetrics_reads_every_sample() {
    let Some(python) = need!(python()) else { return };
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    let script = "import sys\n\
                  from prometheus_client.openmetrics.parser import text_string_to_metric_families as families\n\
                  print(sum(len(family.samples) for family in families(sys.stdin.read())))";
    let stranger = ask(&service, "/health?format=openmetrics", "").text().to_owned();
    for page in [page(&service), stranger] {
        let samples = page.lines().filter(|line| !line.starts_with('#')).count();
        let (read, words) = fed(Command::new(&python).args(["-c", script]), &page);
        assert!(read && words.trim() == samples.to_string(), "{words}\n{page}");
    }
}

#[test]
fn a_process_that_was_frozen_says_so_for_a_minute_and_counts_its_freezes() {
    let mut service = Child::start(Command::new(env!("CARGO_BIN_EXE_pinging")).env("REDIS_PORT", "1"));
    let addr = service.address();
    let page = || http::get(addr, "/health?format=openmetrics").text().to_owned();
    eventually("it has started", SOON, || {
        value(&page(), "healthsdk_lifecycle{state=\"ready\"}") == Some(1.0)
    });
    let before = page();
    assert_eq!(value(&before, "healthsdk_engine_frozen_total"), Some(0.0));
    let frozen = Duration::from_secs(3);
    service.pause();
    std::thread::sleep(frozen);
    service.resume();
    eventually("the freeze is counted", SOON, || {
        value(&page(), "healthsdk_engine_frozen_total") == Some(1.0)
    });
    for _ in 0..3 {
        let lag = value(&page(), "healthsdk_engine_lag_seconds").expect("there is one");
        assert!(lag > frozen.as_secs_f64() - 0.5, "{lag}, whoever asked before");
    }
}

const CREDENTIALS: &str = "health-token";

/// The example's configuration with another target, and times a hundred times as short.
fn configuration(service: &Service) -> String {
    let mut config = example("prometheus.yml");
    for (written, here) in [
        ("scrape_interval: 15s", "scrape_interval: 150ms"),
        ("evaluation_interval: 15s", "evaluation_interval: 150ms"),
        ("127.0.0.1:8080", &service.addr().to_string()),
    ] {
        assert!(config.contains(written), "{written}");
        config = config.replace(written, here);
    }
    config
}

/// All expressions of the dashboard, with its variables as Grafana fills them in.
fn dashboard() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&example("grafana-dashboard.json")).expect("it is JSON");
    let mut found = Vec::new();
    let mut left = vec![&dashboard];
    while let Some(value) = left.pop() {
        found.extend(value["expr"].as_str().map(str::to_owned));
        match value {
            Value::Array(values) => left.extend(values),
            Value::Object(members) => left.extend(members.values()),
            _ => {}
        }
    }
    assert!(found.len() > 15, "{found:?}");
    let filled = |query: String| {
        // Not `.*`, which a label of another name matches as well.
        query.replace("$__rate_interval", "10s").replace("$job", "observability").replace("$check", "[a-z]+")
    };
    found.into_iter().map(filled).collect()
}

/// The names of metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c| !is_name(c)).filter(|word| word.starts_with("healthsdk_"));
    words.map(str::to_owned).collect()
}

#[test]
fn a_real_prometheus_scrapes_a_service_and_answers_every_query_of_the_dashboard() {
    let works = Arc::new(AtomicBool::new(true));
    let look = Arc::clone(&works);
    let switched = Check::new("warehouse", move || {
        std::future::ready(look.load(Ordering::SeqCst).then_some(()).ok_or("closed"))
    });
    let switched = switched.interval(BRIEF).retry_interval(BRIEF).failure_threshold(1).kind(Kind::Readiness);
    let service = serve(&motley_that_is_well().check(switched).build().expect("it is legal"));
    let files = [("alerts.yml", &*example("alerts.yml")), (CREDENTIALS, TOKEN)];
    let started = Prometheus::start_with_config(&configuration(&service), &files);
    let Some(prometheus) = need!(started) else { return };
    eventually("the target is up, and ready", SOON, || prometheus.value("healthsdk_ready") == Some(1.0));
    let targets = prometheus.api("targets");
    let target = &targets["activeTargets"][0];
    assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()), "{target}");
    let known = prometheus.api("targets/metadata?metric=healthsdk_check_duration_seconds");
    assert_eq!((&known[0]["type"], &known[0]["unit"]), (&"histogram".into(), &"seconds".into()), "{known}");

    works.store(false, Ordering::SeqCst);
    for query in dashboard() {
        let data = |series: &[Value]| {
            series.iter().any(|series| series["value"][1].as_str().is_some_and(|value| value != "NaN"))
        };
        eventually(&format!("there is data for {query}"), SOON, || data(&prometheus.query(&query)));
    }

    let pending = |name: &str| {
        let alerts = prometheus.api("alerts");
        alerts["alerts"].as_array().is_some_and(|alerts| {
            alerts.iter().any(|alert| alert["labels"]["alertname"] == name && alert["state"] == "pending")
        })
    };
    for alert in ["HealthFleetUnready", "HealthCheckFailingEverywhere", "HealthCheckDegraded"] {
        eventually(&format!("{alert} is pending"), SOON, || pending(alert));
    }
    assert!(!pending("HealthMetricsWithheld") && !pending("HealthEngineLag"));
    let rules = prometheus.api("rules");
    for rule in rules["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["rules"].as_array().into_iter().flatten())
    {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
}

/// One that is degraded, and one for startup.
fn motley_that_is_well() -> MonitorBuilder {
    builder()
        .service("orders")
        .version("1.2.3")
        .check(Check::new("migrated", || async {}).kind(Kind::Startup))
        .check(
            Check::new("redis", || async { Outcome::degraded("cold") })
                .tags(["storage", "cache"])
                .interval(BRIEF),
        )
}

#[test]
fn rules_and_dashboard_name_only_what_is_exported() {
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    let page = page(&service);
    let samples: Vec<_> = page.lines().filter(|line| !line.starts_with('#')).collect();
    let exported = names(&samples.join("\n"));
    for file in ["alerts.yml", "alerts.test.yml", "grafana-dashboard.json", "prometheus.yml"] {
        let told: Vec<_> = names(&example(file)).difference(&exported).cloned().collect();
        assert!(told.is_empty(), "{file} names {told:?}");
    }
}

#[test]
fn the_alert_rules_pass_their_cases() {
    let Some(promtool) = need!(promtool()) else { return };
    for args in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]] {
        let mut command = Command::new(&promtool);
        let (passed, words) = fed(command.args(args).current_dir(root().join("examples/observability")), "");
        assert!(passed, "{words}");
    }
    let rules = example("alerts.yml");
    let alerts: BTreeSet<_> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    let cases = example("alerts.test.yml");
    for alert in alerts {
        let silent = cases
            .lines()
            .any(|line| line.contains("eval_time") && line.ends_with(&format!("alertname: {alert}}}")));
        let fires = cases.lines().any(|line| line.trim() == format!("alertname: {alert}"));
        assert!(silent && fires, "{alert} has no case in which it fires, or none in which it is silent");
    }
}

#[test]
fn a_prometheus_without_the_token_knows_readiness_and_is_told_of() {
    let service = serve(&motley().build().expect("it is legal"));
    has_settled(&service);
    let files = [("alerts.yml", &*example("alerts.yml")), (CREDENTIALS, "another")];
    let (written, by_accept) = ("    params: {format: [openmetrics]}", "    # params:");
    let config = configuration(&service).replace(written, by_accept);
    assert!(config.contains(by_accept));
    let started = Prometheus::start_with_config(&config, &files);
    let Some(prometheus) = need!(started) else { return };
    eventually("the target is up", SOON, || prometheus.value("healthsdk_ready") == Some(0.0));
    for alert in ["HealthMetricsWithheld", "HealthFleetUnready"] {
        eventually(alert, SOON, || {
            prometheus.value(&format!("ALERTS{{alertname=\"{alert}\", alertstate=\"pending\"}}")) == Some(1.0)
        });
    }
    assert_eq!(prometheus.query("{__name__=~\"healthsdk_.*\"}").len(), 1, "one series");
}
