//! Promise 1: the answer leaves within the response deadline whatever a check does, what did not end is named, and the other checks
//! keep their true result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::{Check, Details, Monitor, MonitorBuilder, Outcome};
use healthsdk_tests::http::{self, Answer, Client};
use healthsdk_tests::{Service, eventually, eventually_some};
use serde_json::Value;

/// The deadline is 200 ms; what misbehaves does so for many seconds. In between is room for a busy machine.
const IN_TIME: Duration = Duration::from_secs(3);
const SOON: Duration = Duration::from_secs(20);
const TIMEOUT: Duration = Duration::from_millis(300);

/// How the checks of a test are run.
#[derive(Clone, Copy, Debug)]
enum Run {
    Background,
    OnDemand,
}

impl Run {
    fn check(self, check: Check) -> Check {
        let check = check.timeout(TIMEOUT);
        match self {
            Self::Background => check.interval(Duration::from_millis(100)),
            Self::OnDemand => check.ttl(Duration::from_millis(20)),
        }
    }
}

/// Ends what blocks or spins when the test is over.
struct Stop(Arc<AtomicBool>);

impl Stop {
    fn new() -> Self {
        Self(Arc::default())
    }

    /// Something that goes on until the test is over.
    fn after(&self, wait: impl Fn() + Send + Sync + 'static) -> impl Fn() + Send + Sync + Clone + 'static {
        let (stop, wait) = (Arc::clone(&self.0), Arc::new(wait));
        move || {
            while !stop.load(Ordering::Relaxed) {
                wait();
            }
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Nine checks that work, each awaiting something.
fn innocents(run: Run) -> MonitorBuilder {
    (0..9).fold(Monitor::builder().linked(false).details(Details::Always), |builder, number| {
        let check = Check::new(format!("innocent-{number}"), move || async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            Outcome::ok().with("number", number)
        });
        builder.check(run.check(check))
    })
}

/// Probes beside nine innocent checks until the culprit's message is told, and holds each answer against the promise.
fn answers_in_time_beside(culprit: impl Fn() -> Check, message: &str) -> Value {
    let mut last = Value::Null;
    for run in [Run::Background, Run::OnDemand] {
        let monitor = innocents(run).check(run.check(culprit())).build().expect("the checks are legal");
        let service = Service::start(monitor.probes());
        last = eventually_some(&format!("{run:?}: `culprit` says {message:?}"), SOON, || {
            let answer = http::get(service.addr(), "/readyz");
            assert!(answer.took < IN_TIME, "{run:?}: answered after {:?}", answer.took);
            assert_eq!(answer.status, 503, "{run:?}: a check that never passed holds readiness");
            let body = answer.json();
            innocents_are_ok(&body);
            let culprit = body["checks"]["culprit"].clone();
            assert_eq!(culprit["status"], "error", "{run:?}");
            culprit["message"].as_str().is_some_and(|told| told.contains(message)).then_some(culprit)
        });
        assert_eq!(http::get(service.addr(), "/livez").status, 200);
    }
    last
}

fn innocents_are_ok(body: &Value) {
    for number in 0..9 {
        let entry = &body["checks"][format!("innocent-{number}")];
        assert_eq!((&entry["status"], &entry["data"]["number"]), (&"ok".into(), &number.into()), "{body}");
    }
}

#[test]
fn a_check_that_awaits_for_ever_is_named_and_holds_up_nobody() {
    let entry = answers_in_time_beside(
        || Check::new("culprit", std::future::pending::<()>),
        "no answer within 300ms",
    );
    assert!(entry["running_since"].is_string(), "{entry}");
}

#[test]
fn a_check_that_blocks_its_thread_is_named_and_holds_up_nobody() {
    let stop = Stop::new();
    let block = stop.after(|| thread::sleep(Duration::from_millis(10)));
    let culprit = || {
        let block = block.clone();
        Check::new("culprit", move || {
            let block = block.clone();
            async move { block() }
        })
    };
    let entry = answers_in_time_beside(culprit, "no answer within 300ms");
    assert!(entry["running_since"].is_string(), "{entry}");
}

#[test]
fn a_check_that_spins_is_named_and_holds_up_nobody() {
    let stop = Stop::new();
    let spin = stop.after(std::hint::spin_loop);
    let culprit = || {
        let spin = spin.clone();
        Check::new("culprit", move || {
            let spin = spin.clone();
            async move { spin() }
        })
    };
    answers_in_time_beside(culprit, "no answer within 300ms");
}

#[test]
fn a_plain_function_that_blocks_is_named_and_holds_up_nobody() {
    let stop = Stop::new();
    let block = stop.after(|| thread::sleep(Duration::from_millis(10)));
    answers_in_time_beside(|| Check::blocking("culprit", block.clone()), "no answer within 300ms");
}

#[test]
fn a_check_that_panics_is_told_as_such() {
    let panics = || Check::new("culprit", || async { assert_eq!(1, 2, "seventeen") });
    answers_in_time_beside(panics, "seventeen");
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

/// Ready at once, and panics when it is dropped after that.
struct Late(Bomb);
impl Future for Late {
    type Output = ();
    fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        let _ = &self.0;
        std::task::Poll::Ready(())
    }
}

#[test]
fn a_check_that_panics_in_a_destructor_is_told_as_such() {
    let inside = || {
        Check::new("culprit", || async {
            let _bomb = Bomb;
            tokio::task::yield_now().await;
        })
    };
    answers_in_time_beside(inside, "panicked: in drop");

    answers_in_time_beside(|| Check::new("culprit", || Late(Bomb)), "panicked: in drop");
}

#[test]
fn a_check_that_is_dropped_and_panics_then_harms_nobody() {
    struct Nested;
    impl Drop for Nested {
        fn drop(&mut self) {
            std::panic::panic_any(Payload);
        }
    }
    struct Payload;
    impl Drop for Payload {
        fn drop(&mut self) {
            assert!(thread::panicking(), "a payload that panics as well");
        }
    }
    let culprit = || {
        let check = Check::new("culprit", || async {
            let _nested = Nested;
            std::future::pending::<()>().await;
        });
        check.cancel_after(Duration::from_millis(600))
    };
    answers_in_time_beside(culprit, "no message");
}

#[test]
fn a_check_that_returns_ten_megabytes_is_cut() {
    const HUGE: usize = 10 << 20;
    let culprit = || {
        Check::new("culprit", || async { Outcome::error("x".repeat(HUGE)).with("more", "y".repeat(HUGE)) })
    };
    let entry = answers_in_time_beside(culprit, "xxx");
    assert!(entry.to_string().len() < 4096, "{} bytes", entry.to_string().len());
    assert_eq!(entry["data"]["truncated"], true);
}

#[test]
fn with_eight_of_ten_checks_blocked_the_other_two_go_on_being_run() {
    for run in [Run::Background, Run::OnDemand] {
        let stop = Stop::new();
        let block = stop.after(|| thread::sleep(Duration::from_millis(10)));
        let counts: [Arc<AtomicU32>; 2] = Default::default();
        let mut builder = Monitor::builder().linked(false).details(Details::Always);
        for number in 0..8 {
            builder = builder.check(run.check(Check::blocking(format!("blocked-{number}"), block.clone())));
        }
        for (number, count) in counts.iter().enumerate() {
            let count = Arc::clone(count);
            builder = builder.check(run.check(Check::new(format!("innocent-{number}"), move || {
                count.fetch_add(1, Ordering::Relaxed);
                async { tokio::time::sleep(Duration::from_millis(2)).await }
            })));
        }
        let service = Service::start(builder.build().expect("the checks are legal").probes());
        let mut probed = Vec::<Answer>::new();
        eventually("both innocents ran ten times", SOON, || {
            probed.push(http::get(service.addr(), "/health"));
            counts.iter().all(|count| count.load(Ordering::Relaxed) >= 10)
        });
        assert!(probed.iter().all(|answer| answer.took < IN_TIME));
        let body = probed.last().expect("it was probed").json();
        assert_eq!(body["checks"]["innocent-0"]["status"], "ok", "{body}");
        assert_eq!(body["checks"]["blocked-7"]["status"], "error", "{body}");
    }
}

#[test]
fn the_deadline_bounds_the_wait_and_never_a_run() {
    const RUN: Duration = Duration::from_secs(4);
    let slow = Check::new("slow", || tokio::time::sleep(RUN)).timeout(SOON).ttl(Duration::from_mins(10));
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .deadline(Duration::from_millis(50))
        .check(slow)
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    let first = http::get(service.addr(), "/readyz");
    assert_eq!(first.status, 503);
    assert!(first.took < IN_TIME, "answered after {:?}", first.took);
    assert!(first.json()["checks"]["slow"]["running_since"].is_string(), "{}", first.text());
    eventually("the run ends by itself and its result is kept", SOON, || {
        http::get(service.addr(), "/readyz").status == 200
    });
}

#[test]
fn the_answer_comes_in_one_write_with_its_length() {
    let monitor = innocents(Run::Background).build().expect("the checks are legal");
    let service = Service::start(monitor.probes());
    let mut client = Client::connect(service.addr(), SOON).expect("it listens");
    for (method, body) in [("GET", true), ("HEAD", false), ("OPTIONS", true)] {
        for version in ["1.0", "1.1"] {
            let head = format!(
                "{method} /livez HTTP/{version}\r\nHost: any.example\r\nConnection: keep-alive\r\n\r\n"
            );
            let answer = client.request(head.as_bytes()).expect("it answers");
            assert_eq!(answer.status, 200);
            let length: usize =
                answer.header("content-length").expect("it is said").parse().expect("a number");
            assert!(length > 0);
            assert_eq!(answer.body.len(), if body { length } else { 0 });
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
    }
    assert_eq!(
        client
            .request(b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            .expect("it answers")
            .status,
        405
    );
    assert!(http::one_read(service.addr(), "/livez").expect("it answers").ends_with(b"}"));
}

#[test]
fn ten_runs_at_once_take_no_longer_than_the_longest() {
    let run = || tokio::time::sleep(Duration::from_millis(500));
    let builder = (0..10).fold(Monitor::builder().linked(false).deadline(SOON), |builder, number| {
        let check = Check::new(format!("check-{number}"), run);
        builder.check(check.timeout(SOON).ttl(Duration::from_millis(1)))
    });
    let service = Service::start(builder.build().expect("the checks are legal").probes());
    let start = Instant::now();
    assert_eq!(http::get(service.addr(), "/readyz").status, 200);
    assert!(start.elapsed() < Duration::from_secs(4), "one after the other takes 5 s: {:?}", start.elapsed());
}
