//! The probes on a port of their own: what they wait for, who may drain there, and how the port ends.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer, rt};
use healthsdk::{Check, Details, Lifecycle, Listener, Monitor, MonitorBuilder};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);
const TOKEN: &str = "a-token-of-the-preStop-hook";

fn builder() -> MonitorBuilder {
    let check = Check::new("fine", || async {}).interval(Duration::from_millis(50));
    Monitor::builder().linked(false).details(Details::Always).check(check)
}

fn built() -> Monitor {
    builder().build().expect("the check is legal")
}

fn serve(monitor: &Monitor) -> (Listener, SocketAddr) {
    let listener = monitor.serve("127.0.0.1:0").expect("a port is free");
    let addr = listener.addrs()[0];
    (listener, addr)
}

fn status(addr: SocketAddr, path: &str) -> u16 {
    http::get(addr, path).status
}

fn is_ready(addr: SocketAddr) -> bool {
    status(addr, "/readyz") == 200
}

fn check(answer: &Answer, name: &str) -> Value {
    answer.json()["checks"][name].clone()
}

fn ask(addr: SocketAddr, method: &str, path: &str, header: &str) -> Answer {
    let raw = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{header}Connection: close\r\n\r\n");
    http::request(addr, raw.as_bytes()).expect("it answers")
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// The whole answer, as text.
fn ask_unix(path: &Path, method: &str, target: &str) -> String {
    let mut stream = UnixStream::connect(path).expect("the socket is open to its user");
    stream.set_read_timeout(Some(SOON)).expect("a timeout is legal");
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// A main server, stopped when it is dropped.
struct Main {
    addr: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

enum At {
    /// On a free port; each connection is told.
    Tcp(Sender<()>),
    Unix(PathBuf),
}

impl Main {
    fn start(probes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static, at: At) -> Main {
        let (started, start) = mpsc::channel();
        let serve = move || async move {
            let server = HttpServer::new(move || App::new().configure(probes.clone()));
            let server = server.workers(1).disable_signals();
            let server = match at {
                At::Tcp(told) => {
                    server.on_connect(move |_, _| told.send(()).unwrap_or_default()).bind("127.0.0.1:0")
                }
                At::Unix(path) => server.bind_uds(path),
            };
            let server = server.expect("the address is free");
            let addr = server.addrs()[0];
            let server = server.run();
            started.send((addr, server.handle())).expect("it is waited for");
            server.await.expect("it ends in order");
        };
        let thread = thread::spawn(move || rt::System::new().block_on(serve()));
        let (addr, handle) = start.recv_timeout(SOON).expect("it starts");
        Main { addr, handle, thread: Some(thread) }
    }
}

impl Drop for Main {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let ended = self.thread.take().is_some_and(|thread| thread.join().is_ok());
        assert!(ended || thread::panicking(), "the main server did not end in order");
    }
}

/// What a stranger can tell two answers apart by.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    (answer.status, headers, answer.body.clone())
}

#[test]
fn readiness_and_startup_wait_for_the_main_server_and_liveness_does_not() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    eventually("the check has run", SOON, || check(&http::get(addr, "/readyz"), "fine")["status"] == "ok");
    let answer = http::get(addr, "/readyz");
    assert_eq!(answer.status, 503);
    assert_eq!(check(&answer, "process/server")["status"], "error", "{}", answer.text());
    assert_eq!((status(addr, "/startupz"), status(addr, "/livez")), (503, 200));
    let _service = Service::start(monitor.probes());
    eventually("it is ready", SOON, || is_ready(addr));
    assert_eq!(status(addr, "/startupz"), 200);
}

#[test]
fn a_main_server_without_probes_announces_itself() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let service = Service::start(monitor.without_probes());
    eventually("it is ready", SOON, || is_ready(addr));
    assert_eq!(status(service.addr(), "/livez"), 404);
}

#[test]
fn a_process_without_a_main_server_is_ready_when_it_says_so() {
    let monitor = built();
    let (listener, addr) = serve(&monitor);
    assert_eq!(status(addr, "/readyz"), 503);
    let _listener = listener.alone();
    eventually("it is ready", SOON, || is_ready(addr));
}

#[test]
fn a_closed_main_listener_takes_the_service_out_until_it_accepts_again() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let (accepted, connections) = mpsc::channel();
    let server = Main::start(monitor.probes(), At::Tcp(accepted));
    let main = server.addr;
    eventually("it is ready", SOON, || is_ready(addr));
    // The listener's own connections, which alone come here. With the second one it has taken note of the first.
    (0..2).for_each(|_| connections.recv_timeout(SOON).expect("the main server is connected to"));
    drop(server);
    eventually("it is out", SOON, || !is_ready(addr));
    let answer = http::get(addr, "/readyz");
    let message = format!("{main} does not accept connections: connection refused");
    assert_eq!(check(&answer, "process/listener")["message"], message.as_str(), "{}", answer.text());
    assert_eq!(status(addr, "/livez"), 200);
    let _again = std::net::TcpListener::bind(main).expect("the port is free again");
    eventually("it is back", SOON, || is_ready(addr));
}

#[test]
fn an_address_that_accepts_nobody_from_the_start_is_not_held_against_the_service() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let socket = folder.path().join("main.sock");
    let _server = Main::start(monitor.probes(), At::Unix(socket));
    eventually("it is ready", SOON, || is_ready(addr));
    // Longer than the three failures that count.
    for _ in 0..50 {
        thread::sleep(Duration::from_millis(100));
        assert!(is_ready(addr), "{}", http::get(addr, "/readyz").text());
    }
}

#[test]
fn it_answers_during_the_drain_though_the_main_listener_is_closed() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let service = Service::start(monitor.probes());
    eventually("it is ready", SOON, || is_ready(addr));
    monitor.drain();
    drop(service);
    let answer = http::get(addr, "/readyz");
    assert_eq!((answer.status, status(addr, "/livez")), (503, 200));
    assert_eq!(check(&answer, "process/draining")["status"], "error");
}

#[test]
fn drain_takes_the_token_on_a_tcp_port_and_is_not_there_for_others() {
    let monitor = builder().drain_token(TOKEN).build().expect("the token is legal");
    let (_listener, addr) = serve(&monitor);
    let service = Service::start(monitor.probes());
    // What is still starting drains without a delay, and has stopped at once.
    eventually("it is ready", SOON, || is_ready(addr));
    let absent = seen(&ask(addr, "POST", "/nothing-here", ""));
    assert_eq!((absent.0, absent.2.len()), (404, 0));
    for header in ["", &bearer("another"), &bearer(""), "Authorization: Basic YTpi\r\n"] {
        for method in ["POST", "GET", "DELETE"] {
            assert_eq!(seen(&ask(addr, method, "/drain", header)), absent, "{method} {header:?}");
        }
    }
    assert_eq!(ask(addr, "GET", "/drain", &bearer(TOKEN)).status, 405);
    assert_eq!(ask(service.addr(), "POST", "/drain", &bearer(TOKEN)).status, 404, "never on the public port");
    assert!(monitor.lifecycle() < Lifecycle::Draining);
    for _ in 0..2 {
        let answer = ask(addr, "POST", "/drain", &bearer(TOKEN));
        assert_eq!((answer.status, answer.text()), (202, r#"{"status":"draining"}"#));
        assert_eq!(monitor.lifecycle(), Lifecycle::Draining);
    }
}

#[test]
fn without_a_token_nobody_drains_by_tcp() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let absent = seen(&ask(addr, "POST", "/nothing-here", ""));
    for header in ["", &bearer(""), &bearer(TOKEN)] {
        assert_eq!(seen(&ask(addr, "POST", "/drain", header)), absent);
    }
    assert!(monitor.lifecycle() < Lifecycle::Draining);
}

#[test]
fn a_drain_token_that_no_header_can_carry_is_a_fault_that_does_not_print_it() {
    for token in ["", "tw0 w0rds", "t0ken\n"] {
        let error = builder().drain_token(token).build().expect_err("the token is not legal");
        let told = error.to_string();
        assert!(told.contains("drain_token"), "{told}");
        assert!(token.is_empty() || !told.contains(token.trim()), "{told}");
    }
}

#[test]
fn who_may_open_the_unix_socket_may_drain_and_nobody_else_may_open_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("app.sock");
    let monitor = builder().drain_token(TOKEN).build().expect("the token is legal");
    let listener = monitor.serve(format!("unix:{}", path.display())).expect("the folder is there").alone();
    assert!(listener.addrs().is_empty());
    // What is still starting drains without a delay, and has stopped at once.
    eventually("it is ready", SOON, || ask_unix(&path, "GET", "/readyz").starts_with("HTTP/1.1 200 "));
    let mode = std::fs::metadata(&path).expect("the socket is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(ask_unix(&path, "GET", "/livez").starts_with("HTTP/1.1 200 "));
    assert!(ask_unix(&path, "GET", "/drain").starts_with("HTTP/1.1 405 "));
    let drained = ask_unix(&path, "POST", "/drain");
    assert!(
        drained.starts_with("HTTP/1.1 202 ") && drained.ends_with(r#"{"status":"draining"}"#),
        "{drained}"
    );
    assert_eq!(monitor.lifecycle(), Lifecycle::Draining);
}

#[test]
fn a_socket_of_a_dead_process_is_replaced_and_one_of_a_live_process_or_another_file_is_not() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let monitor = built();
    let at = |name: &str| (folder.path().join(name), format!("unix:{}", folder.path().join(name).display()));

    let (path, address) = at("stale.sock");
    // The file stays when the listener is dropped, as when its process is killed.
    drop(UnixListener::bind(&path).expect("the path is free"));
    let _listener = monitor.serve(&address).expect("nobody listens there");
    assert!(ask_unix(&path, "GET", "/livez").starts_with("HTTP/1.1 200 "));

    let error = monitor.serve(&address).expect_err("the first one listens");
    assert_eq!(error.kind(), ErrorKind::AddrInUse, "{error}");
    assert!(ask_unix(&path, "GET", "/livez").starts_with("HTTP/1.1 200 "), "the first one is unharmed");

    let (path, address) = at("notes.txt");
    std::fs::write(&path, "keep me").expect("the folder is there");
    let error = monitor.serve(&address).expect_err("it is no socket");
    assert_eq!(error.kind(), ErrorKind::AddrInUse, "{error}");
    assert_eq!(std::fs::read(&path).expect("it is still there"), b"keep me");
    let left: Vec<_> = folder.path().read_dir().expect("the folder is there").collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn an_address_that_cannot_be_bound_is_an_error_of_the_call() {
    let monitor = built();
    let (_listener, addr) = serve(&monitor);
    let error = monitor.serve(addr.to_string()).expect_err("the port is taken");
    assert_eq!(error.kind(), ErrorKind::AddrInUse, "{error}");
    monitor.serve("nonsense").expect_err("it is no address");
}

#[test]
fn dropping_the_handle_does_not_stop_it_and_stop_does() {
    let monitor = built();
    let (listener, addr) = serve(&monitor);
    drop(listener);
    assert_eq!(status(addr, "/livez"), 200);
    let (listener, addr) = serve(&monitor);
    drop(listener.stop());
    eventually("the port is closed", SOON, || {
        http::request(addr, b"").is_err_and(|error| is_refused(&error))
    });
}

fn is_refused(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::ConnectionRefused
}

#[test]
fn it_ends_with_the_last_clone_of_the_monitor_and_removes_its_socket() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("app.sock");
    let monitor = built();
    let (_kept, addr) = serve(&monitor);
    let _kept_too = monitor.serve(format!("unix:{}", path.display())).expect("the folder is there");
    assert_eq!(status(addr, "/livez"), 200);
    let clone = monitor.clone();
    drop(monitor);
    assert_eq!(status(addr, "/livez"), 200);
    drop(clone);
    eventually("the port is closed", SOON, || {
        http::request(addr, b"").is_err_and(|error| is_refused(&error))
    });
    eventually("the socket is gone", SOON, || !path.exists());
}

#[test]
fn strangers_are_told_as_little_as_on_the_main_port() {
    let check = Check::new("secret", || async {}).interval(Duration::from_millis(50));
    let monitor = Monitor::builder().linked(false).check(check).build().expect("the check is legal");
    let (_listener, addr) = serve(&monitor);
    assert_eq!(http::get(addr, "/health").text(), r#"{"status":"error"}"#);
}
