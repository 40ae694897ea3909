//! Storms of probes: neither the probes nor the requests of the service starve.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::{Service, eventually};

const SOON: Duration = Duration::from_secs(45);
/// Callers in each storm.
const CALLERS: usize = 24;
/// Measured in each direction, during the storm.
const MEASURED: usize = 60;
/// A queue of all callers, on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(3);

/// Callers that ask on and on, each on a new connection, until it is dropped.
struct Storm {
    answered: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    callers: Vec<thread::JoinHandle<()>>,
}

impl Storm {
    fn rage(addr: SocketAddr, path: &'static str) -> Storm {
        let (answered, over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let caller = || {
            let (answered, over) = (Arc::clone(&answered), Arc::clone(&over));
            thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    let answer = Client::connect(addr, PATIENCE).and_then(|mut client| client.get(path));
                    answered.fetch_add(usize::from(answer.is_ok()), Ordering::SeqCst);
                }
            })
        };
        let callers = (0..CALLERS).map(|_| caller()).collect();
        let storm = Storm { answered, over, callers };
        eventually("the storm rages", SOON, || storm.answered() > CALLERS);
        storm
    }

    fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let ended = self.callers.drain(..).all(|caller| caller.join().is_ok());
        assert!(ended || thread::panicking(), "a caller panicked");
    }
}

fn monitor() -> Monitor {
    let check = Check::new("fine", || async {}).interval(Duration::from_millis(200));
    let builder = Monitor::builder().linked(false).details(Details::Always).check(check);
    builder.watch_workers().build().expect("the check is legal")
}

/// How long each of some requests took, all of them answered with 200.
fn measured(what: &str, addr: SocketAddr, path: &str) -> Vec<Duration> {
    let mut took: Vec<_> = (0..MEASURED)
        .map(|_| {
            let began = Instant::now();
            let answer = http::get(addr, path);
            assert_eq!(answer.status, 200, "{what}: {}", answer.text());
            began.elapsed()
        })
        .collect();
    took.sort();
    println!("{what}: median {:?}, longest {:?}", took[MEASURED / 2], took[MEASURED - 1]);
    took
}

fn not_starved(what: &str, addr: SocketAddr, path: &str) {
    let took = measured(what, addr, path);
    assert!(took[MEASURED - 1] < PATIENCE, "{what}: {took:?}");
}

#[test]
fn probe_storms_on_both_ports_starve_neither_probes_nor_requests() {
    let monitor = monitor();
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free");
    let separate = listener.addrs()[0];
    let probes = monitor.probes();
    let service = Service::with_workers(2, move |config| {
        probes(config);
        config.route("/work", web::get().to(HttpResponse::Ok));
    });
    let main = service.addr();
    eventually("it is ready", SOON, || http::get(separate, "/readyz").status == 200);
    measured("requests, calm", main, "/work");
    measured("probes, calm", separate, "/readyz");
    let storms = [Storm::rage(main, "/health"), Storm::rage(separate, "/health")];
    let (began, before) = (Instant::now(), storms.each_ref().map(Storm::answered));
    not_starved("requests, in the storms", main, "/work");
    not_starved("probes of the main port, in the storms", main, "/readyz");
    not_starved("probes of the separate port, in the storms", separate, "/readyz");
    let rates = storms.each_ref().map(Storm::answered);
    for ((name, after), before) in ["main", "separate"].into_iter().zip(rates).zip(before) {
        println!("the storm on the {name} port: {} answers in {:?}", after - before, began.elapsed());
        assert!(after > before, "the storm on the {name} port has starved");
    }
}

#[test]
fn more_idle_connections_than_the_separate_port_takes_delay_its_probes_for_no_longer_than_a_request_may_take()
{
    let monitor = monitor();
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free").alone();
    let addr = listener.addrs()[0];
    eventually("it is ready", SOON, || http::get(addr, "/readyz").status == 200);
    let idle: Vec<_> = (0..400)
        .map(|_| Client::connect(addr, PATIENCE).expect("the connection is queued at least"))
        .collect();
    let answer = http::get(addr, "/readyz");
    assert!(answer.took < Duration::from_secs(4), "answered after {:?}", answer.took);
    println!("with {} idle connections: {:?}", idle.len(), answer.took);
    assert_eq!(answer.status, 200);
    drop(idle);
    assert_eq!(http::get(addr, "/readyz").status, 200);
}
