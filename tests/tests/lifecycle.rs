//! What the process as a whole is doing: starting, ready, draining.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use actix_web::rt;
use healthsdk::{Check, Details, Kind, Lifecycle, Monitor, MonitorBuilder};
use healthsdk_tests::http::{TIMEOUT, get};
use healthsdk_tests::{Logs, Service, eventually};
use tracing::Level;

const EVERY: Duration = Duration::from_millis(20);

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::Always)
}

fn statuses(service: &Service) -> [u16; 3] {
    ["/livez", "/readyz", "/startupz"].map(|path| get(service.addr(), path).status)
}

fn message(service: &Service, entry: &str) -> String {
    let body = get(service.addr(), "/readyz").json();
    let message = &body["checks"][entry]["message"];
    message.as_str().unwrap_or_else(|| panic!("no message of {entry} in {body}")).to_owned()
}

/// A check that passes once it is let, and counts its runs.
fn check(name: &str, kind: Kind, passes: &Arc<AtomicBool>, runs: &Arc<AtomicUsize>) -> Check {
    let (passes, runs) = (Arc::clone(passes), Arc::clone(runs));
    let run = move || {
        runs.fetch_add(1, Ordering::SeqCst);
        if passes.load(Ordering::SeqCst) { Ok(()) } else { Err("not now") }
    };
    let check = Check::blocking(name.to_owned(), run).kind(kind).interval(EVERY).retry_interval(EVERY);
    check.failure_threshold(1).success_threshold(1)
}

#[test]
fn it_starts_once_its_gates_are_released_and_its_startup_checks_have_passed() {
    let passes = Arc::new(AtomicBool::new(false));
    let monitor =
        builder().check(check("first", Kind::Startup, &passes, &Arc::default())).build().expect("legal");
    let (cache, model) = (monitor.startup_gate("cache"), monitor.startup_gate("model"));
    let service = Service::start(monitor.probes());
    passes.store(true, Ordering::SeqCst);
    eventually("the check has passed", TIMEOUT, || {
        get(service.addr(), "/startupz").json()["checks"]["first"]["status"] == "ok"
    });
    assert_eq!(statuses(&service), [200, 503, 503]);
    assert_eq!(message(&service, "startup/cache"), "startup gate is closed");
    cache.done();
    assert_eq!((statuses(&service), monitor.lifecycle()), ([200, 503, 503], Lifecycle::Starting));
    model.failed("no route to the store");
    assert_eq!((statuses(&service), monitor.lifecycle()), ([200, 200, 200], Lifecycle::Ready));
    assert_eq!(message(&service, "startup/model"), "started without: no route to the store");

    passes.store(false, Ordering::SeqCst);
    drop(monitor.startup_gate("too late"));
    thread::sleep(10 * EVERY);
    assert_eq!(statuses(&service), [200, 200, 200], "latched");
}

#[test]
fn a_gate_that_is_dropped_stays_closed_and_says_so() {
    let logs = Logs::of_process();
    let monitor = builder().allow_empty().build().expect("legal");
    let gate = monitor.startup_gate("cache");
    let service = Service::start(monitor.probes());
    let warming = thread::spawn(move || {
        let _gate = gate;
        panic!("the cache cannot be warmed");
    });
    warming.join().expect_err("it panics");
    assert_eq!(statuses(&service), [200, 503, 503]);
    assert!(message(&service, "startup/cache").contains("dropped without"));
    logs.logged(Level::ERROR, "startup gate `cache` was dropped", TIMEOUT);
}

#[test]
fn a_service_says_itself_that_it_is_not_ready_and_that_it_is_again() {
    let monitor = builder().allow_empty().build().expect("legal");
    let service = Service::start(monitor.probes());
    assert_eq!(statuses(&service), [200, 200, 200]);
    monitor.set_ready(false, "reindexing");
    assert_eq!(statuses(&service), [200, 503, 200]);
    assert_eq!(message(&service, "process/ready"), "reindexing");
    assert_eq!(monitor.lifecycle(), Lifecycle::Ready);
    monitor.set_ready(true, "reindexed");
    assert_eq!(statuses(&service), [200, 200, 200]);
}

#[test]
fn each_state_of_the_lifecycle_is_awaited() {
    let monitor = builder().allow_empty().build().expect("legal");
    let (told, reached) = mpsc::channel();
    let waiting = monitor.clone();
    let waiter = thread::spawn(move || {
        rt::System::new().block_on(async {
            for lifecycle in [Lifecycle::Starting, Lifecycle::Ready, Lifecycle::Draining, Lifecycle::Stopped]
            {
                waiting.reached(lifecycle).await;
                told.send(waiting.lifecycle()).expect("the test waits");
            }
        });
    });
    let next = || reached.recv_timeout(TIMEOUT).expect("it is reached");
    assert_eq!(next(), Lifecycle::Starting);
    let service = Service::start(monitor.probes());
    assert_eq!(next(), Lifecycle::Ready);
    drop(service);
    monitor.drain();
    assert_eq!(next(), Lifecycle::Draining);
    assert_eq!(reached.recv_timeout(Duration::from_secs(15)).expect("after the delay"), Lifecycle::Stopped);
    waiter.join().expect("it does not panic");
}

#[test]
fn during_a_drain_readiness_is_gone_and_no_check_runs_or_changes() {
    let (passes, runs) = (Arc::new(AtomicBool::new(true)), Arc::<AtomicUsize>::default());
    let kinds = check("both", Kind::Readiness, &passes, &runs).kind(Kind::Liveness);
    let monitor = builder().check(kinds).build().expect("legal");
    let service = Service::start(monitor.probes());
    eventually("it is ready", TIMEOUT, || statuses(&service) == [200, 200, 200]);

    monitor.drain();
    assert_eq!(statuses(&service), [200, 503, 200], "from the return of the call on");
    assert_eq!(message(&service, "process/draining"), "draining");
    passes.store(false, Ordering::SeqCst);
    // A run that was under way may still come to its end.
    let ran = runs.load(Ordering::SeqCst);
    thread::sleep(20 * EVERY);
    assert!(runs.load(Ordering::SeqCst) <= ran + 1, "checks run on");
    assert_eq!(statuses(&service), [200, 503, 200]);
    assert_eq!(get(service.addr(), "/readyz").json()["checks"]["both"]["status"], "ok");

    monitor.set_ready(true, "no way back");
    assert_eq!(statuses(&service), [200, 503, 200], "irrevocable");
}

#[test]
fn readers_that_wait_for_a_check_are_answered_when_the_drain_begins() {
    let hangs = Check::new("hangs", std::future::pending::<()>).ttl(Duration::from_mins(1));
    let monitor = builder().check(hangs).deadline(Duration::from_secs(30)).build().expect("legal");
    let service = Service::start(monitor.probes());
    let addr = service.addr();
    let asking = thread::spawn(move || get(addr, "/readyz"));
    // Nothing tells that a question waits; were it later than the drain, it would be answered at once all the same.
    thread::sleep(Duration::from_millis(200));
    monitor.drain();
    let answer = asking.join().expect("it is answered");
    assert_eq!(answer.status, 503);
    assert!(answer.took < TIMEOUT, "it waited {:?} for a check that is frozen", answer.took);
}

#[test]
fn a_grace_period_that_leaves_no_time_to_stop_is_a_start_up_error() {
    let budget = builder().allow_empty().drain_delay(Duration::from_secs(10)).grace(Duration::from_secs(11));
    let error = budget.build().expect_err("there is no time");
    assert!(
        error.to_string().contains("`.grace(11s)` leaves no time to stop after `.drain_delay(10s)`"),
        "{error}"
    );
}
