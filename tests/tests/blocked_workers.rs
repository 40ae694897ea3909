//! Workers of the main server that stand still: who says so, where, and when nobody does.

use std::future::ready;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use healthsdk::{Check, Details, Kind, Monitor, MonitorBuilder};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::{Child, Service, eventually, eventually_some};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(45);
const DEGRADED: Duration = Duration::from_secs(2);
const ERROR: Duration = Duration::from_secs(5);
/// How long before the block a worker may have stamped last.
const STAMPED: Duration = Duration::from_secs(2);
/// The deadline, and what a machine with other things to do takes besides.
const IN_TIME: Duration = Duration::from_secs(1);
const FREEZE: Duration = Duration::from_secs(20);

fn builder() -> MonitorBuilder {
    let check = Check::new("fine", || async {}).interval(Duration::from_millis(200));
    Monitor::builder().linked(false).details(Details::Always).check(check)
}

/// A handler that blocks its worker until it is over.
#[derive(Clone, Default)]
struct Handler {
    inside: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

/// The end of the handlers, when it is dropped.
#[derive(Default)]
struct Block(Handler);

impl Handler {
    fn configure(&self, config: &mut web::ServiceConfig) {
        let block = self.clone();
        let handler = move || {
            block.inside.fetch_add(1, Ordering::SeqCst);
            while !block.over.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(10));
            }
            ready(HttpResponse::Ok())
        };
        config.route("/block", web::get().to(handler));
    }
}

impl Block {
    /// Blocks so many workers, with connections that must be kept.
    fn workers(&self, count: usize, addr: SocketAddr) -> Vec<Client> {
        let mut clients = Vec::new();
        eventually("the workers are blocked", SOON, || {
            let blocked = self.0.inside.load(Ordering::SeqCst);
            if blocked < count && clients.len() == blocked {
                let mut client = Client::connect(addr, SOON).expect("it listens");
                client.send(b"GET /block HTTP/1.1\r\nHost: x\r\n\r\n").expect("it is open");
                clients.push(client);
            }
            blocked == count
        });
        clients
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

/// The code of a probe, and what the watchdog says there. The answer must come in time.
fn asked(addr: SocketAddr, path: &str) -> (u16, Value) {
    let answer = http::get(addr, path);
    assert!(answer.took < IN_TIME, "{path} was answered after {:?}", answer.took);
    (answer.status, answer.json()["checks"]["process/workers"].clone())
}

/// The workers in the watchdog's message.
fn named(entry: &Value) -> Vec<String> {
    let message = entry["message"].as_str().unwrap_or_default();
    let mut named: Vec<_> = message
        .split(", ")
        .filter_map(|part| part.split_once(" stalled for ").map(|(worker, _)| worker.to_owned()))
        .collect();
    named.sort();
    named
}

#[test]
fn with_every_worker_blocked_the_separate_listener_answers_in_time_names_them_and_recovers() {
    let monitor = builder().watch_workers_after(DEGRADED, ERROR).build().expect("the bounds are legal");
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free");
    let addr = listener.addrs()[0];
    let (block, probes) = (Block::default(), monitor.probes());
    let handler = block.0.clone();
    let service = Service::with_workers(2, move |config| {
        probes(config);
        handler.configure(config);
    });
    eventually("it is ready", SOON, || asked(addr, "/readyz").0 == 200);
    assert_eq!(asked(addr, "/livez").1["status"], "ok");

    let blocked = Instant::now();
    let _clients = block.workers(2, service.addr());
    eventually("the stall is told", SOON, || {
        let (code, entry) = asked(addr, "/livez");
        assert!(code == 200, "{entry}");
        entry["status"] == "degraded"
    });
    eventually("liveness is out", SOON, || asked(addr, "/livez").0 == 503);
    assert!(blocked.elapsed() + STAMPED > ERROR, "{:?}", blocked.elapsed());
    let entry = asked(addr, "/livez").1;
    assert_eq!(named(&entry).len(), 2, "{entry}");
    assert_eq!(asked(addr, "/readyz").0, 503);
    assert_eq!(asked(addr, "/startupz").0, 200);
    let main = Client::connect(service.addr(), IN_TIME).and_then(|mut main| main.get("/livez"));
    assert!(main.is_err(), "the main server answers, so its workers are not blocked");

    drop(block);
    eventually("liveness is back", SOON, || asked(addr, "/livez").0 == 200);
    eventually("readiness is back", SOON, || asked(addr, "/readyz").0 == 200);
    assert_eq!(asked(addr, "/livez").1["status"], "ok");
    assert_eq!(http::get(service.addr(), "/livez").status, 200);
}

#[test]
fn of_two_workers_the_blocked_one_alone_is_named() {
    let monitor = builder().watch_workers_after(DEGRADED, SOON).build().expect("the bounds are legal");
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free");
    let addr = listener.addrs()[0];
    let (block, announce) = (Block::default(), monitor.without_probes());
    let handler = block.0.clone();
    let service = Service::with_workers(2, move |config| {
        announce(config);
        handler.configure(config);
    });
    let _clients = block.workers(1, service.addr());
    let entry = eventually_some("the stall is told", SOON, || {
        let (code, entry) = asked(addr, "/livez");
        assert_eq!(code, 200);
        (entry["status"] == "degraded").then_some(entry)
    });
    assert_eq!(named(&entry).len(), 1, "{entry}");
}

#[test]
fn a_process_frozen_for_twenty_seconds_is_alive_on_waking_and_blames_no_worker() {
    let mut service = Child::start(&mut Command::new(env!("CARGO_BIN_EXE_watched")));
    let addr = service.address();
    eventually("it is ready", SOON, || asked(addr, "/readyz").0 == 200);
    service.pause();
    thread::sleep(FREEZE);
    service.resume();
    let woken = Instant::now();
    // Longer than the bound of the stall, were one to be counted from the waking on.
    while woken.elapsed() < Duration::from_secs(4) {
        let (code, entry) = asked(addr, "/livez");
        assert_eq!((code, &entry["status"]), (200, &Value::from("ok")), "{entry}");
        assert_eq!(asked(addr, "/readyz").0, 200);
    }
    service.logged("the process did not run for", SOON);
    let blamed: Vec<_> = service.log().into_iter().filter(|line| line.contains("check `")).collect();
    assert!(blamed.is_empty(), "{blamed:#?}");
}

#[test]
fn workers_that_have_ended_are_not_stalled() {
    let monitor = builder().watch_workers_after(DEGRADED, ERROR).build().expect("the bounds are legal");
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free");
    let addr = listener.addrs()[0];
    let service = Service::with_workers(2, monitor.without_probes());
    eventually("it is ready", SOON, || asked(addr, "/readyz").0 == 200);
    drop(service);
    let ended = Instant::now();
    while ended.elapsed() < ERROR + Duration::from_secs(2) {
        let (code, entry) = asked(addr, "/livez");
        assert_eq!((code, &entry["status"]), (200, &Value::from("ok")), "{entry}");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_watchdog_runs_only_where_it_was_asked_for() {
    let monitor = builder().build().expect("the check is legal");
    let service = Service::start(monitor.probes());
    assert_eq!(asked(service.addr(), "/livez").1, Value::Null);
}

#[test]
fn the_watchdog_alone_is_no_check_and_is_not_left_out_by_name() {
    let error = Monitor::builder().linked(false).watch_workers().build().expect_err("no check is there");
    assert!(error.to_string().contains("no check is registered"), "{error}");
    let monitor = Monitor::builder().linked(false).allow_empty().watch_workers();
    monitor.build().expect("it may be empty");

    let liveness = Check::new("other", || async {}).kind(Kind::Liveness);
    let monitor = builder().check(liveness).only(["fine"]).watch_workers().build().expect("`fine` is there");
    let service = Service::start(monitor.probes());
    eventually("the watchdog runs", SOON, || asked(service.addr(), "/livez").1["status"] == "ok");
    builder().without(["process/workers"]).watch_workers().build().expect_err("it is no check of the user's");
    builder()
        .check(Check::new("process/workers", || async {}))
        .build()
        .expect_err("the name is the crate's own");
}

#[test]
fn bounds_that_contradict_each_other_are_a_fault() {
    for (degraded, error) in [(10, 10), (10, 5), (1, 60)] {
        let (degraded, error) = (Duration::from_secs(degraded), Duration::from_secs(error));
        let fault = builder().watch_workers_after(degraded, error).build().expect_err("they contradict");
        assert!(fault.to_string().contains("watch_workers_after"), "{fault}");
    }
}
