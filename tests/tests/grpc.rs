//! The health service of gRPC, asked by the real clients of others: the `grpcio-health-checking` of Python, and the blackbox
//! exporter of Prometheus, which is written in Go.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use healthsdk::{Check, Kind, Lifecycle, Monitor, Outcome};
use healthsdk_tests::servers::{Blackbox, python};
use healthsdk_tests::{Child, Service, eventually, need};
use tonic::transport::Server;

const ASK: &str = include_str!("grpc/ask.py");
const SOON: Duration = Duration::from_secs(30);
const ANY: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// What a check says, as the test sets it.
#[derive(Clone, Default)]
struct Dial(Arc<AtomicU8>);

impl Dial {
    fn set(&self, outcome: u8) {
        self.0.store(outcome, Ordering::SeqCst);
    }

    fn outcome(&self) -> Outcome {
        match self.0.load(Ordering::SeqCst) {
            0 => Outcome::ok(),
            1 => Outcome::degraded("slow"),
            _ => Outcome::error("a secret reason"),
        }
    }
}

const DEGRADED: u8 = 1;
const ERROR: u8 = 2;

/// A check that says what the dial says, some milliseconds later.
fn dialled(name: &'static str, tag: &'static str, kind: Kind, dial: &Dial) -> Check {
    let dial = dial.clone();
    Check::new(name, move || {
        let outcome = dial.outcome();
        async move { outcome }
    })
    .kind(kind)
    .tags([tag])
    .interval(Duration::from_millis(10))
    .failure_threshold(1)
    .success_threshold(1)
}

/// A ready service with a check of storage and one of the queue, of which each has its dial, and its gRPC server.
struct Served {
    monitor: Monitor,
    grpc: SocketAddr,
    storage: Dial,
    queue: Dial,
    _service: Service,
}

impl Served {
    fn start() -> Served {
        let (storage, queue) = (Dial::default(), Dial::default());
        let monitor = Monitor::builder()
            .linked(false)
            .check(dialled("postgres", "storage", Kind::Readiness, &storage))
            .check(dialled("rabbit", "queue", Kind::Readiness, &queue))
            .check(dialled("loop", "own", Kind::Liveness, &Dial::default()));
        let monitor = monitor.build().expect("the checks are legal");
        let service = Service::start(monitor.probes());
        let grpc = monitor.serve_grpc(ANY).expect("a port is free");
        eventually("it is ready", SOON, || monitor.lifecycle() == Lifecycle::Ready);
        Served { monitor, grpc, storage, queue, _service: service }
    }
}

fn ask(python: &Path, args: [&str; 3]) -> Child {
    Child::start(Command::new(python).args(["-c", ASK]).args(args))
}

/// The status of a service, or the code of the error.
fn check(python: &Path, addr: SocketAddr, service: &str) -> String {
    ask(python, ["check", &addr.to_string(), service]).line()
}

fn watch(python: &Path, addr: SocketAddr, service: &str) -> Child {
    ask(python, ["watch", &addr.to_string(), service])
}

fn list(python: &Path, addr: SocketAddr) -> Vec<String> {
    let child = ask(python, ["list", &addr.to_string(), ""]);
    let mut lines = vec![child.line()];
    while !lines.last().is_some_and(|line| line.chars().all(|char| char.is_ascii_uppercase() || char == '_'))
    {
        lines.push(child.line());
    }
    lines
}

fn until(python: &Path, addr: SocketAddr, service: &str, status: &str) {
    eventually(&format!("{service:?} is {status}"), SOON, || check(python, addr, service) == status);
}

#[test]
fn a_check_tells_the_server_its_tags_and_its_probes() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    until(&python, served.grpc, "", "SERVING");
    served.storage.set(ERROR);
    until(&python, served.grpc, "storage", "NOT_SERVING");
    for (service, status) in [
        ("", "NOT_SERVING"),
        ("readiness", "NOT_SERVING"),
        ("queue", "SERVING"),
        ("liveness", "SERVING"),
        ("startup", "SERVING"),
        ("postgres", "NOT_FOUND"),
        ("own", "NOT_FOUND"),
        ("Storage", "NOT_FOUND"),
    ] {
        assert_eq!(check(&python, served.grpc, service), status, "{service:?}");
    }
}

#[test]
fn degraded_is_serving() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    served.storage.set(DEGRADED);
    served.queue.set(ERROR);
    until(&python, served.grpc, "queue", "NOT_SERVING");
    assert_eq!(check(&python, served.grpc, "storage"), "SERVING");
}

#[test]
fn a_tag_is_not_serving_while_the_service_is_not_ready_itself() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    until(&python, served.grpc, "storage", "SERVING");
    served.monitor.set_ready(false, "maintenance");
    assert_eq!(check(&python, served.grpc, "storage"), "NOT_SERVING");
    assert_eq!(check(&python, served.grpc, "liveness"), "SERVING");
}

#[test]
fn a_list_has_the_server_and_every_tag() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    until(&python, served.grpc, "", "SERVING");
    served.queue.set(ERROR);
    until(&python, served.grpc, "", "NOT_SERVING");
    assert_eq!(list(&python, served.grpc), ["=NOT_SERVING", "queue=NOT_SERVING", "storage=SERVING", "OK"]);
}

#[test]
fn a_list_of_more_than_100_names_is_refused() {
    let Some(python) = need!(python()) else { return };
    for (tags, last) in [(99, "OK"), (100, "RESOURCE_EXHAUSTED")] {
        let tags: Vec<_> = (0..tags).map(|number| format!("tag-{number}")).collect();
        let check = Check::new("tagged", || async {}).tags(tags);
        let monitor = Monitor::builder().linked(false).check(check).build().expect("the check is legal");
        let addr = monitor.serve_grpc(ANY).expect("a port is free");
        let lines = list(&python, addr);
        assert_eq!(lines.last().map(String::as_str), Some(last), "{lines:?}");
        assert_eq!(lines.len(), if last == "OK" { 101 } else { 1 });
    }
}

#[test]
fn a_watch_tells_the_status_at_once_and_then_changes_alone() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    until(&python, served.grpc, "", "SERVING");
    let (whole, storage) = (watch(&python, served.grpc, ""), watch(&python, served.grpc, "storage"));
    assert_eq!((whole.line(), storage.line()), ("SERVING".to_owned(), "SERVING".to_owned()));

    served.queue.set(ERROR);
    assert_eq!(whole.line(), "NOT_SERVING");
    // Another reason for the same.
    served.storage.set(ERROR);
    assert_eq!(storage.line(), "NOT_SERVING");
    served.queue.set(DEGRADED);
    served.storage.set(DEGRADED);
    assert_eq!((whole.line(), storage.line()), ("SERVING".to_owned(), "SERVING".to_owned()));

    served.monitor.drain();
    for watch in [whole, storage] {
        assert_eq!((watch.line(), watch.line()), ("NOT_SERVING".to_owned(), "UNAVAILABLE".to_owned()));
    }
}

#[test]
fn a_watch_of_an_unknown_service_says_so_and_goes_on() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    let unknown = watch(&python, served.grpc, "nothing");
    assert_eq!(unknown.line(), "SERVICE_UNKNOWN");
    let whole = watch(&python, served.grpc, "");
    assert_eq!(whole.line(), "SERVING");
    served.queue.set(ERROR);
    assert_eq!(whole.line(), "NOT_SERVING");
    assert_eq!(unknown.try_line(), None);
    served.monitor.drain();
    assert_eq!(unknown.line(), "UNAVAILABLE");
}

#[test]
fn a_drain_makes_everything_that_is_listed_not_serving_for_good() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    until(&python, served.grpc, "", "SERVING");
    served.monitor.drain();
    served.monitor.set_ready(true, "it is not for the service to say");
    assert_eq!(
        list(&python, served.grpc),
        ["=NOT_SERVING", "queue=NOT_SERVING", "storage=NOT_SERVING", "OK"]
    );
    for service in ["", "readiness", "storage"] {
        assert_eq!(check(&python, served.grpc, service), "NOT_SERVING", "{service:?}");
    }
    assert_eq!(
        check(&python, served.grpc, "liveness"),
        "SERVING",
        "a container is not killed amid its drain"
    );
    assert_eq!(check(&python, served.grpc, "startup"), "SERVING");
}

#[test]
fn a_watch_that_begins_amid_the_drain_is_told_of_it() {
    let Some(python) = need!(python()) else { return };
    let served = Served::start();
    served.monitor.drain();
    let late = watch(&python, served.grpc, "");
    assert_eq!((late.line(), late.line()), ("NOT_SERVING".to_owned(), "UNAVAILABLE".to_owned()));
}

#[test]
fn it_is_not_the_server_that_the_lifecycle_waits_for() {
    let Some(python) = need!(python()) else { return };
    let check_of = dialled("postgres", "storage", Kind::Readiness, &Dial::default());
    let monitor = Monitor::builder().linked(false).check(check_of).build().expect("the check is legal");
    let addr = monitor.serve_grpc(ANY).expect("a port is free");
    assert_eq!(check(&python, addr, ""), "NOT_SERVING");
    assert_eq!(check(&python, addr, "storage"), "NOT_SERVING");
    assert_eq!(check(&python, addr, "liveness"), "SERVING");
    assert_eq!(monitor.lifecycle(), Lifecycle::Starting);
}

#[test]
fn it_ends_with_the_last_monitor() {
    let Some(python) = need!(python()) else { return };
    let monitor = Monitor::builder().linked(false).allow_empty().build().expect("there is nothing to check");
    let addr = monitor.serve_grpc(ANY).expect("a port is free");
    let watch = watch(&python, addr, "liveness");
    assert_eq!(watch.line(), "SERVING");
    drop(monitor);
    assert_eq!(watch.line(), "UNAVAILABLE");
    eventually("nobody listens", SOON, || TcpStream::connect(addr).is_err());
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let taken = TcpListener::bind(ANY).expect("a port is free");
    let monitor = Monitor::builder().linked(false).allow_empty().build().expect("there is nothing to check");
    let error = monitor.serve_grpc(taken.local_addr().expect("it is bound")).expect_err("it is taken");
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn a_watch_does_not_hold_up_the_stop_of_the_services_own_server() {
    let Some(python) = need!(python()) else { return };
    let monitor = Monitor::builder().linked(false).allow_empty().build().expect("there is nothing to check");
    let _service = Service::start(monitor.probes());
    let (listening, addr) = mpsc::channel();
    let own = monitor.clone();
    let server = thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
        runtime.block_on(async {
            let incoming = tonic::transport::server::TcpIncoming::bind(ANY.into()).expect("a port is free");
            listening.send(incoming.local_addr().expect("it is bound")).expect("the test waits");
            let router = Server::builder().add_service(own.grpc_health());
            router.serve_with_incoming_shutdown(incoming, own.draining()).await.expect("it serves");
        });
    });
    let addr = addr.recv_timeout(SOON).expect("it listens");
    let watch = watch(&python, addr, "");
    assert_eq!(watch.line(), "SERVING");
    assert_eq!(check(&python, addr, "nothing"), "NOT_FOUND");
    monitor.drain();
    assert_eq!((watch.line(), watch.line()), ("NOT_SERVING".to_owned(), "UNAVAILABLE".to_owned()));
    eventually("the server has stopped", SOON, || server.is_finished());
    server.join().expect("it did not panic");
}

#[test]
fn the_blackbox_exporter_of_prometheus_agrees() {
    let config = "\
modules:
  grpc: {prober: grpc, timeout: 5s, grpc: {tls: false, preferred_ip_protocol: ip4}}
  queue: {prober: grpc, timeout: 5s, grpc: {tls: false, preferred_ip_protocol: ip4, service: queue}}
  nothing: {prober: grpc, timeout: 5s, grpc: {tls: false, preferred_ip_protocol: ip4, service: nothing}}
";
    let Some(blackbox) = need!(Blackbox::start_with_config(config)) else { return };
    let served = Served::start();
    let target = served.grpc.to_string();
    let status = |module: &str, status: &str| {
        let metric = format!(r#"probe_grpc_healthcheck_response{{serving_status="{status}"}}"#);
        blackbox.probe(&target, module).value(&metric)
    };
    eventually("the server serves", SOON, || status("grpc", "SERVING") == Some(1.0));
    assert!(blackbox.probe(&target, "grpc").succeeded());
    served.storage.set(ERROR);
    eventually("the server does not serve", SOON, || status("grpc", "NOT_SERVING") == Some(1.0));
    assert!(!blackbox.probe(&target, "grpc").succeeded());
    assert!(blackbox.probe(&target, "queue").succeeded());
    let unknown = blackbox.probe(&target, "nothing");
    assert!(!unknown.succeeded());
    assert_eq!(unknown.value("probe_grpc_status_code"), Some(5.0), "{}", unknown.text());
    served.monitor.drain();
    assert!(!blackbox.probe(&target, "queue").succeeded());
}

/// A connection that the server has accepted: it sends its settings after the client's preface.
fn opened(addr: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(addr).expect("it listens");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("it is open");
    stream
}

fn is_served(stream: &TcpStream, within: Duration) -> bool {
    stream.set_read_timeout(Some(within)).expect("it is no zero");
    stream.peek(&mut [0; 9]).is_ok_and(|read| read > 0)
}

#[test]
fn more_connections_than_256_wait_until_one_is_closed() {
    let served = Served::start();
    let mut streams: Vec<_> = (0..256).map(|_| opened(served.grpc)).collect();
    assert!(streams.iter().all(|stream| is_served(stream, SOON)));
    let waits = opened(served.grpc);
    assert!(!is_served(&waits, Duration::from_millis(500)));
    streams.pop();
    assert!(is_served(&waits, SOON));
}
