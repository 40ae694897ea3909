//! A service to look at: a dozen checks in mixed states, one of which is broken and mended at will.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use healthsdk::{BuildInfo, Check, Details, Kind, Monitor, MonitorBuilder, Outcome, Paths};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually};

pub(crate) const SOON: Duration = Duration::from_secs(20);
pub(crate) const TOKEN: &str = "a-token-that-nobody-guesses";
/// `user:` and the token, in base64.
pub(crate) const LOGIN: &str = "Authorization: Basic dXNlcjphLXRva2VuLXRoYXQtbm9ib2R5LWd1ZXNzZXM=\r\n";
/// What must stay text wherever it comes from.
pub(crate) const SCRIPT: &str = "<script>alert(1)</script>";
pub(crate) const OWN: &str = "/health-ui";

/// Whether the check `redis` fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Switch(Arc<AtomicBool>);

impl Switch {
    pub(crate) fn fail(&self, fails: bool) {
        self.0.store(fails, Ordering::SeqCst);
    }

    fn says(&self) -> Outcome {
        if self.0.load(Ordering::SeqCst) {
            Outcome::error(format!("timed out: no answer within 150 ms {SCRIPT}"))
        } else {
            Outcome::ok()
        }
        .with("pool", format!("12 of 12 connections {SCRIPT}"))
        .with(SCRIPT, SCRIPT)
    }
}

/// Runs often, and changes with the first run that says so.
fn quick(check: Check) -> Check {
    let often = Duration::from_millis(200);
    check.interval(often).retry_interval(often).failure_threshold(1).success_threshold(1)
}

fn of(name: &'static str, outcome: impl Fn() -> Outcome + Send + Sync + 'static) -> Check {
    let says = Arc::new(outcome);
    quick(Check::new(name, move || {
        let says = Arc::clone(&says);
        async move {
            tokio::time::sleep(Duration::from_micros(300 + u64::from(std::process::id() % 700))).await;
            says()
        }
    }))
}

/// Passes once: what never did is pending.
fn once_well(then: impl Fn() -> Outcome) -> impl Fn() -> Outcome {
    let passed = AtomicBool::new(false);
    move || if passed.swap(true, Ordering::SeqCst) { then() } else { Outcome::ok() }
}

pub(crate) fn builder(switch: &Switch) -> MonitorBuilder {
    let switch = switch.clone();
    let expired = "the certificate of payments.internal expired 3 days ago\nsubject: CN=payments.internal\nissuer: CN=Internal CA 2\n\
                   not after: 2026-03-01T23:59:59Z\nserial: 4f:9a:11:08:6e:c2:77:01\nnames: payments.internal, payments-v2.internal";
    Monitor::builder()
        .linked(false)
        .build_info(BuildInfo::new("orders", "2.14.0", &[Some("9f2c81e")]))
        .paths(Paths::default().dashboard(OWN))
        .check(of("cache-warm", Outcome::ok).kind(Kind::Startup))
        .check(
            of("catalogue-api", || Outcome::degraded("answered in 1.9 s, more than 1 s")).tags(["upstream"]),
        )
        .check(
            of("disk", || Outcome::ok().with("free", "81 %"))
                .kind(Kind::Liveness)
                .kind(Kind::Readiness)
                .tags(["storage"]),
        )
        .check(of("event-loop", Outcome::ok).kind(Kind::Liveness))
        .check(of("kafka", Outcome::ok).tags(["broker"]))
        .check(
            of("mail-relay", || Outcome::degraded("connection refused (os error 111): smtp.internal:587"))
                .tags(["upstream"]),
        )
        .check(of("object-store", Outcome::ok).tags(["storage"]))
        .check(of("payments", once_well(move || Outcome::error(expired))).tags(["upstream"]))
        .check(
            of("postgres", || Outcome::ok().with("connections", 9).with("limit", 20))
                .tags(["storage", "sql"]),
        )
        .check(of("rabbitmq", Outcome::ok).tags(["broker"]))
        .check(
            of("redis", move || switch.says())
                .tags(["cache"])
                .description(format!("Sessions and rate limits {SCRIPT}")),
        )
        .check(Check::new("search", || async {}).initial_delay(Duration::from_mins(10)).tags(["upstream"]))
}

/// Serves it once every check that runs has run, and the one that fails has failed.
pub(crate) fn serve(monitor: &Monitor) -> Service {
    let service = Service::start(monitor.probes());
    let report = || {
        let run = monitor.report(healthsdk::Selection::everything());
        let report = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(run);
        let mut entries = report.entries();
        entries.all(|entry| match entry.name() {
            "search" => true,
            "payments" => entry.failures() > 0,
            _ => entry.checked_at().is_some(),
        })
    };
    eventually("every check has run", SOON, report);
    service
}

pub(crate) fn all(switch: &Switch) -> (Monitor, Service) {
    let monitor = builder(switch).details(Details::Always).build().expect("it is legal");
    let service = serve(&monitor);
    (monitor, service)
}

pub(crate) fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}
