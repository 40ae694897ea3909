//! Services that ask each other how they are, by checks that run when asked: every answer comes in time, and the asking ends.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::{Check, Monitor, Status, checks};
use healthsdk_tests::{Service, http};

/// What an answer would take where a run waits for itself.
const DEADLINE: Duration = Duration::from_secs(10);
const SOON: Duration = Duration::from_secs(3);
const QUIET: Duration = Duration::from_millis(300);

/// A service whose one check asks another service.
struct Asking {
    service: Service,
    runs: Arc<AtomicU64>,
}

impl Asking {
    #[track_caller]
    fn asked(&self) -> http::Answer {
        ask(self.service.addr())
    }

    fn runs(&self) -> u64 {
        self.runs.load(SeqCst)
    }
}

#[track_caller]
fn ask(address: SocketAddr) -> http::Answer {
    let answer = http::get(address, "/readyz");
    assert!(answer.took < SOON, "the answer took {:?}", answer.took);
    answer
}

/// So many services; the check of each asks the one whose place `next` tells.
fn services(number: usize, next: fn(usize) -> usize) -> Vec<Asking> {
    let urls = Arc::new(OnceLock::<Vec<String>>::new());
    let client = reqwest::Client::builder().no_proxy().build().expect("a legal client");
    let start = |place: usize| {
        let runs = Arc::new(AtomicU64::new(0));
        let (counted, urls, client) = (Arc::clone(&runs), Arc::clone(&urls), client.clone());
        let check = Check::new("next", move || {
            let (counted, urls, client) = (Arc::clone(&counted), Arc::clone(&urls), client.clone());
            async move {
                counted.fetch_add(1, SeqCst);
                let urls = urls.get().expect("nobody asks before all are started");
                checks::reqwest::health(&client, &urls[next(place)]).await
            }
        });
        let check = check
            .ttl(Duration::from_millis(1))
            .timeout(DEADLINE)
            .cancel_after(DEADLINE)
            .failure_status(Status::Degraded);
        let monitor = Monitor::builder().linked(false).deadline(DEADLINE).check(check).build();
        Asking { service: Service::start(monitor.expect("the check is legal").probes()), runs }
    };
    let services: Vec<_> = (0..number).map(start).collect();
    let started = services.iter().map(|asking| asking.service.url("/readyz")).collect();
    urls.set(started).expect("they are set once");
    services
}

/// No run begins that nobody asked for.
fn settle(services: &[Asking]) -> Vec<u64> {
    let runs = || services.iter().map(Asking::runs).collect::<Vec<_>>();
    let before = runs();
    thread::sleep(QUIET);
    assert_eq!(runs(), before, "runs go on");
    before
}

#[test]
fn two_services_that_ask_each_other_run_each_check_once_for_a_question() {
    let pair = services(2, |place| 1 - place);
    for asked in 1..=20 {
        pair[0].asked();
        assert_eq!([pair[0].runs(), pair[1].runs()], [asked, asked]);
        thread::sleep(Duration::from_millis(5));
    }
    settle(&pair);
    let answer = pair[1].asked();
    assert_eq!((answer.status, answer.text()), (200, r#"{"status":"ok"}"#));
}

#[test]
fn a_service_that_asks_itself_answers_itself() {
    let alone = services(1, |_| 0);
    for asked in 1..=20 {
        alone[0].asked();
        assert_eq!(alone[0].runs(), asked);
        thread::sleep(Duration::from_millis(5));
    }
    settle(&alone);
    assert_eq!(alone[0].asked().status, 200);
}

#[test]
fn a_storm_on_two_services_that_ask_each_other_stalls_neither() {
    const STORM: Duration = Duration::from_secs(2);
    let pair = services(2, |place| 1 - place);
    let begun = Instant::now();
    let asked: u64 = thread::scope(|scope| {
        let prober = |place: usize| {
            let address = pair[place % 2].service.addr();
            move || {
                let mut asked = 0;
                while begun.elapsed() < STORM {
                    ask(address);
                    asked += 1;
                }
                asked
            }
        };
        let probers: Vec<_> = (0..8).map(|place| scope.spawn(prober(place))).collect();
        probers.into_iter().map(|prober| prober.join().expect("every answer came in time")).sum()
    });
    let runs: u64 = settle(&pair).into_iter().sum();
    assert!(runs <= 2 * asked, "{runs} runs for {asked} questions");
}

#[test]
fn a_chain_of_services_ends_after_three() {
    let chain = services(6, |place| (place + 1) % 6);
    for asked in 1..=5 {
        chain[0].asked();
        let runs: Vec<_> = chain.iter().map(Asking::runs).collect();
        assert_eq!(runs, [asked, asked, asked, 0, 0, 0]);
        thread::sleep(Duration::from_millis(5));
    }
    settle(&chain);
}
