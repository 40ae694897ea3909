//! Promise 2: a check never harms what it looks at. One run at a time, one per period, however many ask, and no run is torn
//! down because somebody stopped waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::{Service, eventually};

const SOON: Duration = Duration::from_secs(20);
const STORM: Duration = Duration::from_secs(2);

/// Counts the runs of a check, and how many were under way at once.
#[derive(Clone, Default)]
struct Runs(Arc<Counts>);

#[derive(Default)]
struct Counts {
    begun: AtomicU32,
    ended: AtomicU32,
    dropped: AtomicU32,
    together: AtomicBool,
}

/// One run, which counts itself out however it ends.
struct Ride<'a>(&'a Counts, bool);

impl Drop for Ride<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Runs {
    fn check(&self, name: &'static str, takes: Duration) -> Check {
        let runs = self.clone();
        Check::new(name, move || {
            let runs = runs.clone();
            async move {
                let before = runs.0.begun.fetch_add(1, Ordering::SeqCst);
                if runs.0.ended.load(Ordering::SeqCst) != before {
                    runs.0.together.store(true, Ordering::SeqCst);
                }
                let mut ride = Ride(&runs.0, false);
                tokio::time::sleep(takes).await;
                ride.1 = true;
            }
        })
    }

    fn begun(&self) -> u32 {
        self.0.begun.load(Ordering::SeqCst)
    }

    fn dropped(&self) -> u32 {
        self.0.dropped.load(Ordering::SeqCst)
    }

    fn never_together(&self) -> bool {
        !self.0.together.load(Ordering::SeqCst)
    }
}

/// Probes flat out on 64 connections. Returns how many answers there were.
fn storm(service: &Service, path: &'static str) -> u32 {
    let addr = service.addr();
    let until = Instant::now() + STORM;
    let clients: Vec<_> = (0..64)
        .map(|_| {
            thread::spawn(move || {
                let mut client = Client::connect(addr, SOON).expect("it listens");
                let mut answers = 0;
                while Instant::now() < until {
                    client.get(path).expect("it answers");
                    answers += 1;
                }
                answers
            })
        })
        .collect();
    clients.into_iter().map(|client| client.join().expect("the client does not panic")).sum()
}

#[test]
fn a_storm_of_probes_runs_a_background_check_no_more_often_than_without() {
    let runs = Runs::default();
    let monitor = Monitor::builder()
        .linked(false)
        .check(runs.check("background", Duration::from_millis(5)).interval(Duration::from_millis(500)))
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    let (before, began) = (runs.begun(), Instant::now());
    let answers = storm(&service, "/readyz");
    let periods = began.elapsed().as_millis() / 500 + 1;
    let during = runs.begun() - before;
    println!("background, interval 500 ms: {answers} answers, {during} runs in {:?}", began.elapsed());
    assert!(u128::from(during) <= periods, "{during} runs in {periods} periods");
    assert!(runs.never_together());
}

#[test]
fn a_storm_of_probes_runs_an_on_demand_check_once_per_ttl() {
    let runs = Runs::default();
    let monitor = Monitor::builder()
        .linked(false)
        .check(runs.check("on-demand", Duration::from_millis(5)).ttl(Duration::from_secs(1)))
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    let answers = storm(&service, "/readyz");
    println!("on demand, ttl 1 s: {answers} answers, {} runs in {STORM:?}", runs.begun());
    assert!((2..=3).contains(&runs.begun()), "{} runs", runs.begun());
    assert!(runs.never_together());
}

#[test]
fn with_the_smallest_ttl_readers_share_a_run_and_none_is_beside_another() {
    let runs = Runs::default();
    let monitor = Monitor::builder()
        .linked(false)
        .check(runs.check("on-demand", Duration::from_millis(5)).ttl(Duration::from_nanos(1)))
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    let answers = storm(&service, "/readyz");
    println!("on demand, ttl 1 ns: {answers} answers, {} runs", runs.begun());
    assert!(runs.never_together());
    assert!(
        answers > 8 * runs.begun(),
        "64 clients share each run: {answers} answers, {} runs",
        runs.begun()
    );
}

#[test]
fn nobody_asking_runs_no_on_demand_check() {
    let (asked, background) = (Runs::default(), Runs::default());
    let _monitor = Monitor::builder()
        .linked(false)
        .check(asked.check("asked", Duration::ZERO).ttl(Duration::from_millis(1)))
        .check(background.check("background", Duration::ZERO).interval(Duration::from_millis(20)))
        .build()
        .expect("the checks are legal");
    eventually("the background check ran ten times", SOON, || background.begun() >= 10);
    assert_eq!(asked.begun(), 0);
}

#[test]
fn a_client_that_hangs_up_neither_cancels_nor_poisons_a_run() {
    let runs = Runs::default();
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .deadline(Duration::from_secs(5))
        .check(runs.check("slow", Duration::from_millis(300)).ttl(Duration::from_mins(10)))
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    let mut impatient = Client::connect(service.addr(), SOON).expect("it listens");
    impatient.send(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it listens");
    eventually("its run has begun", SOON, || runs.begun() == 1);
    thread::sleep(Duration::from_millis(20));
    drop(impatient);
    let answer = http::get(service.addr(), "/readyz");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["checks"]["slow"]["failures"], 0);
    assert_eq!((runs.begun(), runs.dropped()), (1, 0), "the one run went on and served the next reader");
}

#[test]
fn a_run_is_not_torn_down_at_its_timeout_and_nothing_is_started_beside_it() {
    let runs = Runs::default();
    let check = runs.check("slow", Duration::from_secs(2)).timeout(Duration::from_millis(100));
    let check = check.cancel_after(Duration::from_secs(8));
    let monitor = Monitor::builder()
        .linked(false)
        .details(Details::Always)
        .check(check.interval(Duration::from_millis(200)))
        .build()
        .expect("the check is legal");
    let service = Service::start(monitor.probes());
    eventually("the timeout is told while the run goes on", SOON, || {
        let entry = http::get(service.addr(), "/health").json()["checks"]["slow"].clone();
        entry["message"] == "no answer within 100ms" && entry["running_since"].is_string()
    });
    assert_eq!((runs.begun(), runs.dropped()), (1, 0));
    eventually("it came late, by itself", SOON, || {
        let entry = http::get(service.addr(), "/health").json()["checks"]["slow"].clone();
        entry["message"].as_str().is_some_and(|message| message.contains("came after"))
    });
    assert_eq!(runs.dropped(), 0);
    eventually("the next one is begun", SOON, || runs.begun() == 2);
    assert!(runs.never_together());
}

#[test]
fn nothing_is_started_beside_an_on_demand_run_that_readers_did_not_wait_for() {
    let runs = Runs::default();
    let monitor = Monitor::builder()
        .linked(false)
        .deadline(Duration::from_millis(20))
        .check(runs.check("slow", Duration::from_millis(500)).ttl(Duration::from_nanos(1)))
        .check(Runs::default().check("quick", Duration::ZERO).ttl(Duration::from_nanos(1)))
        .build()
        .expect("the checks are legal");
    let service = Service::start(monitor.probes());
    eventually("it ran three times, asked all along", SOON, || {
        http::get(service.addr(), "/readyz");
        runs.begun() >= 3
    });
    assert!(runs.never_together());
    assert_eq!(runs.dropped(), 0);
}

#[test]
fn a_run_that_never_ends_is_dropped_after_cancel_after_and_the_next_is_begun() {
    let runs = Runs::default();
    let check = runs.check("stuck", Duration::from_hours(1)).timeout(Duration::from_millis(50));
    let monitor = Monitor::builder()
        .linked(false)
        .check(check.cancel_after(Duration::from_millis(300)).interval(Duration::from_millis(100)))
        .build()
        .expect("the check is legal");
    eventually("it was dropped and begun again", SOON, || runs.begun() >= 3);
    assert!(runs.dropped() >= 2);
    assert!(runs.never_together());
    drop(monitor);
}
