//! A process that stood still does not blame what it depends on.

use std::net::SocketAddr;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use healthsdk_tests::http;
use healthsdk_tests::servers::{Postgres, Rabbitmq, Redis};
use healthsdk_tests::{Child, built, eventually, need};

const PAUSE: Duration = Duration::from_secs(10);
const SOON: Duration = Duration::from_secs(30);

/// Leaves the service, which is paused, alone for a while, wakes it, and probes it until every check has run again.
fn wakes_without_blame(service: &mut Child, addr: SocketAddr) {
    thread::sleep(PAUSE);
    let woken = SystemTime::now();
    service.resume();
    let mut answers = 0;
    eventually("every check has run again", SOON, || {
        for path in ["/readyz", "/livez"] {
            let answer = http::get(addr, path);
            assert_eq!(answer.status, 200, "{path} after {answers} answers: {}", answer.text());
        }
        answers += 1;
        let checks = http::get(addr, "/readyz").json()["checks"].clone();
        let again = |check: &serde_json::Value| {
            let at = check["checked_at"].as_str().expect("it has run");
            humantime::parse_rfc3339(at).expect("a time") > woken + Duration::from_millis(100)
        };
        checks.as_object().is_some_and(|checks| !checks.is_empty() && checks.values().all(again))
    });
    service.logged("the process did not run for", SOON);
    let log = service.log();
    let blamed: Vec<_> = log.iter().filter(|line| line.contains("check `")).collect();
    assert!(blamed.is_empty(), "{blamed:#?}");
}

#[test]
fn a_service_paused_for_ten_seconds_amid_a_run_has_no_transition_on_waking() {
    let Some(redis) = need!(Redis::start()) else { return };
    let mut command = Command::new(env!("CARGO_BIN_EXE_pinging"));
    let mut service = Child::start(command.env("REDIS_PORT", redis.port().to_string()));
    let addr = service.address();
    eventually("it is ready", SOON, || http::get(addr, "/readyz").status == 200);
    eventually("a run is under way", SOON, || http::get(addr, "/under-way").status == 200);
    service.pause();
    wakes_without_blame(&mut service, addr);
}

#[test]
fn orders_paused_for_ten_seconds_has_no_transition_on_waking() {
    let (Some(postgres), Some(redis)) = (need!(Postgres::start()), need!(Redis::start())) else { return };
    let Some(rabbitmq) = need!(Rabbitmq::start()) else { return };
    let mut command = Command::new(built("orders"));
    command.env("DATABASE_URL", postgres.url()).env("REDIS_URL", redis.url());
    command.env("AMQP_URL", rabbitmq.url()).env("PORT", "0");
    let mut service = Child::start(&mut command);
    let addr = service.address();
    eventually("it is ready", SOON, || http::get(addr, "/readyz").status == 200);
    service.pause();
    wakes_without_blame(&mut service, addr);
}

#[test]
fn what_fails_after_the_waking_is_still_blamed() {
    let Some(mut redis) = need!(Redis::start()) else { return };
    let mut command = Command::new(env!("CARGO_BIN_EXE_pinging"));
    let mut service = Child::start(command.env("REDIS_PORT", redis.port().to_string()));
    let addr = service.address();
    eventually("it is ready", SOON, || http::get(addr, "/readyz").status == 200);
    service.pause();
    redis.kill();
    thread::sleep(Duration::from_secs(3));
    service.resume();
    eventually("it is out", SOON, || http::get(addr, "/readyz").status == 503);
    service.logged("check `redis` failed", SOON);
}
