//! Every form of answer: what it is asked for by, and what it says, to the byte.

mod golden;
mod negotiation;
mod rules;
mod schemas;

use std::time::Duration;

use healthsdk::{
    BuildInfo, Check, Component, Details, Health, Kind, Monitor, MonitorBuilder, Outcome, Report,
    health_route,
};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually};
use serde_json::json;

const SOON: Duration = Duration::from_secs(20);
/// Nothing runs a second time while a test looks.
const NEVER_AGAIN: Duration = Duration::from_hours(1);
const TOKEN: &str = "a-token-that-nobody-guesses";
const ENDPOINTS: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];
/// All but the text, which has tests of its own.
const WORDS: [&str; 7] = ["json", "health-json", "spring", "spring-v2", "microprofile", "xabaril", "problem"];

/// A route whose names are no names of checks.
#[actix_web::get("/own")]
#[health_route(kind = "readiness", tags = ["cache"])]
async fn own(mut health: Health) -> Report {
    health.ok("cache:eu:1");
    health.record("cache_eu_1", Outcome::ok().with("entries", 3));
    health.status()
}

/// What a service may be like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Well,
    Degraded,
    Failing,
    Pending,
    Held,
    Overridden,
    Draining,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Well,
        Self::Degraded,
        Self::Failing,
        Self::Pending,
        Self::Held,
        Self::Overridden,
        Self::Draining,
    ];

    fn serve(self) -> Service {
        let postgres = move || async move {
            let outcome = match self {
                Self::Failing | Self::Overridden => {
                    Outcome::error("connection refused \"10.0.0.7\"").because(healthsdk::Cause::Refused)
                }
                _ => Outcome::ok(),
            };
            outcome.with("connections", 7).with("idle", 2).with("limit", 10)
        };
        let redis = move || async move {
            if self == Self::Degraded || self == Self::Failing {
                Outcome::degraded("cold")
            } else {
                Outcome::ok()
            }
        };
        let disk = || async {
            Outcome::ok()
                .with("error", "none")
                .with("inodes_percent", 3)
                .with("mount", json!({"options": ["rw", null]}))
                .with("percent", 41.5)
                .with("quota", json!(null))
                .with("writable", true)
        };
        let mut builder = builder()
            .build_info(BuildInfo::new("orders", "1.4.2", &[Some("abc1234")]))
            .check(once(Check::new("ping", || async {}).kind(Kind::Liveness).kind(Kind::Readiness)))
            .check(
                once(Check::new("postgres", postgres).component(Component::Datastore))
                    .description("orders and their lines"),
            )
            .check(once(Check::new("redis", redis)).tags(["cache", "storage"]))
            .check(once(Check::new("migrated", || async {})).kind(Kind::Startup));
        if self == Self::Well {
            builder = builder.check(once(Check::new("scratch", disk)).component(Component::System));
        }
        if self == Self::Pending {
            let later = Check::new("later", || async {}).kind(Kind::Liveness).kind(Kind::Readiness);
            builder = builder.check(once(later).initial_delay(NEVER_AGAIN));
        }
        if self == Self::Overridden {
            let ignored =
                json!({"checks": {"postgres": {"failure_status": "degraded", "reason": "at 3 am"}}});
            builder = builder.settings(serde_json::from_value(ignored).expect("it is one"));
        }
        let monitor = builder.build().expect("it is legal");
        let service = mounted(&monitor);
        let unrun = usize::from(self == Self::Pending);
        eventually("every check has run", SOON, || {
            let body = friend(&service, "/health", "").text().to_owned();
            body.matches("not run yet").count() == unrun && !body.contains("process/server")
        });
        match self {
            Self::Held => monitor.set_ready(false, "reindexing"),
            Self::Draining => monitor.drain(),
            _ => {}
        }
        service
    }
}

fn once(check: Check) -> Check {
    check.interval(NEVER_AGAIN).retry_interval(NEVER_AGAIN).failure_threshold(1)
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::bearer(TOKEN))
}

fn mounted(monitor: &Monitor) -> Service {
    let probes = monitor.probes();
    Service::start(move |config| {
        probes(config);
        config.service(own);
    })
}

fn service(builder: MonitorBuilder) -> Service {
    let service = mounted(&builder.build().expect("it is legal"));
    eventually("every check has run", SOON, || {
        let body = friend(&service, "/health", "").text().to_owned();
        !body.contains("not run yet") && !body.contains("process/server")
    });
    service
}

fn ask(service: &Service, path: &str, headers: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

fn friend(service: &Service, path: &str, headers: &str) -> Answer {
    ask(service, path, &format!("Authorization: Bearer {TOKEN}\r\n{headers}"))
}
