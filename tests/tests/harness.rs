//! What the other tests stand on: the client, the service, child processes, captured logs, the wait.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, rt, web};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::load::{Clients, Tally};
use healthsdk_tests::servers::{self, NotifySocket};
use healthsdk_tests::{Child, Load, Logs, Service, eventually, need};
use nix::sys::signal::Signal;
use tracing::Level;

const SOON: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_millis(200);

fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/json", web::get().to(async || HttpResponse::Ok().insert_header(("X-A", "1")).json([1, 2])))
        .route("/head", web::head().to(async || HttpResponse::Ok().body("not sent")))
        .route("/none", web::get().to(async || HttpResponse::NoContent()))
        .route("/slow", web::get().to(slow));
}

async fn slow() -> HttpResponse {
    rt::time::sleep(SOON).await;
    HttpResponse::Ok().finish()
}

#[test]
fn a_service_answers_until_it_is_dropped() {
    let service = Service::with_workers(2, configure);
    let answer = http::get(service.addr(), "/json");
    assert_eq!(
        (answer.status, answer.header("x-a"), answer.json()),
        (200, Some("1"), serde_json::json!([1, 2]))
    );
    assert!(answer.took < SOON);
    assert_eq!(http::get(service.addr(), "/none").status, 204);
    assert_eq!(http::get(service.addr(), "/").status, 404);

    let addr = service.addr();
    let start = Instant::now();
    let mut slow = Client::connect(addr, SOON).expect("it listens");
    slow.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").expect("sent");
    drop(service);
    assert!(start.elapsed() < SOON, "a request under way holds nothing up");
    let refused = http::request(addr, b"").expect_err("nothing listens");
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[test]
fn a_client_keeps_its_connection_and_its_patience() {
    let service = Service::start(configure);
    let mut client = Client::connect(service.addr(), SOON).expect("it listens");
    for _ in 0..3 {
        assert_eq!(client.get("/json").expect("an answer").text(), "[1,2]");
        let head =
            client.request(b"HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n").expect("an answer without its body");
        assert_eq!((head.header("content-length"), head.text()), (Some("8"), ""));
    }
    let mut hasty = Client::connect(service.addr(), SILENCE).expect("it listens");
    assert_eq!(hasty.get("/slow").expect_err("too slow").kind(), io::ErrorKind::TimedOut);
}

#[test]
fn bodies_end_by_chunks_by_length_and_by_the_connection() {
    let body = |raw: &'static str| answered(raw).map(|answer| answer.text().to_owned());
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
    assert_eq!(body(chunked).expect("an answer"), "abcde");
    assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd").expect("an answer"), "abc");
    assert_eq!(body("HTTP/1.1 200 OK\r\n\r\nabcd").expect("an answer"), "abcd");
    let cut_off = body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").expect_err("a body is cut off");
    assert_eq!(cut_off.kind(), io::ErrorKind::UnexpectedEof);
    assert_eq!(body("SSH-2.0\r\n").expect_err("it is not HTTP").kind(), io::ErrorKind::InvalidData);
}

fn answered(raw: &'static str) -> io::Result<http::Answer> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let addr = listener.local_addr()?;
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.read_exact(&mut [0])?;
        stream.write_all(raw.as_bytes())
    });
    let answer = http::request(addr, b"?");
    server.join().expect("no panic")?;
    answer
}

const CLIENTS: Clients = Clients { keep_alive: 0, one_request: 0, period: Duration::from_millis(5) };

/// What these clients have seen until this is met.
fn load(addr: SocketAddr, path: &str, clients: Clients, met: impl FnMut() -> bool) -> Tally {
    let load = Load::start(addr, path, clients, 6 * SOON);
    eventually("the load is under way", SOON, met);
    load.stop()
}

#[test]
fn a_keep_alive_client_keeps_its_connection_and_a_one_request_client_does_not() {
    let asked = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&asked);
    let service = Service::start(move |config| {
        let counted = Arc::clone(&counted);
        let count = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            async { HttpResponse::Ok().body("here") }
        };
        config.route("/", web::get().to(count));
    });
    let since = || asked.swap(0, Ordering::SeqCst);
    let mut seen = 0;
    let tally = load(service.addr(), "/", Clients { keep_alive: 3, ..CLIENTS }, || {
        seen += since();
        seen >= 20
    });
    assert_eq!((tally.connections, tally.failed()), (3, 0), "{tally}");
    assert_eq!((tally.answers[&200], tally.told_to_close), (tally.asked(), 0), "{tally}");
    assert_eq!(tally.asked(), seen + since(), "{tally}");

    let mut seen = 0;
    let tally = load(service.addr(), "/", Clients { one_request: 3, ..CLIENTS }, || {
        seen += since();
        seen >= 20
    });
    assert_eq!((tally.connections, tally.failed()), (tally.asked(), 0), "{tally}");
    assert!(tally.asked() >= 20 && tally.slowest > Duration::ZERO, "{tally}");
}

#[test]
fn a_client_that_is_told_to_close_opens_a_new_connection() {
    let (addr, served) = scripted(&["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"]);
    let tally = load(addr, "/", Clients { keep_alive: 2, ..CLIENTS }, || served.load(Ordering::SeqCst) >= 10);
    assert_eq!((tally.failed(), tally.closed_idle), (0, 0), "{tally}");
    assert_eq!((tally.connections, tally.told_to_close), (tally.asked(), tally.asked()), "{tally}");
}

#[test]
fn a_connection_closed_while_idle_is_replaced_and_told_of() {
    let (addr, served) = scripted(&["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]);
    let idle = Clients { keep_alive: 1, period: Duration::from_millis(500), ..CLIENTS };
    let tally = load(addr, "/", idle, || served.load(Ordering::SeqCst) >= 3);
    assert_eq!((tally.failed(), tally.closed_idle), (0, tally.asked() - 1), "{tally}");
}

#[test]
fn a_load_counts_every_kind_of_failure() {
    let (addr, served) = scripted(&[
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut",
        "",
    ]);
    for clients in [Clients { keep_alive: 1, ..CLIENTS }, Clients { one_request: 1, ..CLIENTS }] {
        let until = served.load(Ordering::SeqCst) / 5 * 5 + 25;
        let tally = load(addr, "/", clients, || served.load(Ordering::SeqCst) >= until);
        let cut = tally.errors["request UnexpectedEof"];
        assert!(tally.answers[&200] >= 4 && tally.answers[&404] >= 4 && tally.answers[&503] >= 4, "{tally}");
        assert!(cut >= 8, "{tally}");
        assert_eq!(tally.failed(), tally.answers[&503] + tally.errors.values().sum::<u64>(), "{tally}");
        let told = tally.failures.iter().map(|(_, what)| what.as_str()).collect::<Vec<_>>().join("\n");
        assert!(told.contains("503 busy") && told.contains("closed before the end"), "{told}");
        assert_eq!(tally.failures.len(), 10, "only the first are told");
    }

    let refused = free_addr();
    let load = Load::start(refused, "/", Clients { keep_alive: 1, one_request: 1, ..CLIENTS }, 6 * SOON);
    thread::sleep(SILENCE);
    let tally = load.stop();
    assert!(tally.errors["connect ConnectionRefused"] >= 1, "{tally}");
    assert_eq!((tally.failed(), tally.connections), (tally.asked(), tally.asked()), "{tally}");
}

#[test]
#[should_panic(expected = "the load had ended after 1ms")]
fn a_load_that_has_ended_by_itself_says_so() {
    let load = Load::start(free_addr(), "/", Clients { keep_alive: 1, ..CLIENTS }, Duration::from_millis(1));
    thread::sleep(Duration::from_millis(2));
    load.stop();
}

/// Each connection is answered with the next of these, in turn, and closed.
fn scripted(answers: &'static [&'static str]) -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    let served = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&served);
    thread::spawn(move || {
        for (stream, answer) in listener.incoming().zip(answers.iter().cycle()) {
            let mut stream = stream.expect("a connection");
            // The whole request is read, or the close would be a reset.
            let mut request = BufReader::new(&stream).lines();
            while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            drop(stream.write_all(answer.as_bytes()));
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (addr, served)
}

fn free_addr() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound")
}

const PROGRAM: &str = r#"
trap 'echo drained >&2; exit 7' TERM
echo starting; echo "listening on $ADDR"; echo ready >&2
while :; do sleep 0.01; [ "$1" != chatty ] || echo tick; done
"#;

fn program() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", PROGRAM, "program"]).env("ADDR", "http://127.0.0.1:4321/.");
    command
}

#[test]
fn a_child_tells_its_address_and_its_log() {
    let mut child = Child::start(&mut program());
    assert_eq!(child.address(), SocketAddr::from((Ipv4Addr::LOCALHOST, 4321)));
    assert_eq!(child.logged("read", SOON), "ready");
    child.signal(Signal::SIGTERM);
    assert_eq!(child.wait(SOON).code(), Some(7));
    child.logged("drained", SOON);
}

#[test]
fn a_paused_child_says_nothing() {
    let mut child = Child::start(program().arg("chatty"));
    child.address();
    assert_eq!(child.line(), "tick");
    child.pause();
    eventually("a while without a line", SOON, || {
        while child.try_line().is_some() {}
        thread::sleep(SILENCE);
        child.try_line().is_none()
    });
    child.resume();
    assert_eq!(child.line(), "tick");
    child.kill();
    assert!(!child.wait(SOON).success());
}

/// Sends as a service does that is its own main process, then leaves a file descriptor behind and waits until the other
/// end has closed it.
const NOTIFYING: &str = r#"
import array, os, socket
address = os.environ["NOTIFY_SOCKET"].replace("@", "\0", 1)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.connect(address)
notify.send(b"READY=1\nSTATUS=all is well")
notify.send(b"WATCHDOG=1")
ours, theirs = os.pipe()
notify.sendmsg([b"BARRIER=1"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs]))])
os.close(theirs)
os.read(ours, 1)
print("passed", flush=True)
"#;

#[test]
fn a_notify_socket_keeps_what_a_service_sends_and_lets_it_pass_its_barrier() {
    let Some(python) = need!(servers::python()) else { return };
    for socket in [NotifySocket::start(), NotifySocket::start_abstract()] {
        let start = Instant::now();
        let mut program = Command::new(&python);
        program.args(["-c", NOTIFYING]).env("NOTIFY_SOCKET", socket.address());
        let child = Child::start(&mut program);
        let ready = socket.next(SOON);
        assert_eq!((ready.value("READY"), ready.value("STATUS")), (Some("1"), Some("all is well")));
        assert_eq!((ready.pid, ready.value("WATCHDOG")), (Some(child.pid()), None));
        let barrier = socket.next_with("BARRIER=1", SOON);
        assert!(start < ready.at && ready.at <= barrier.at);
        assert_eq!(child.line(), "passed", "{}", socket.address());
        let texts: Vec<_> = socket.all().into_iter().map(|notice| notice.text).collect();
        assert_eq!(texts, ["READY=1\nSTATUS=all is well", "WATCHDOG=1", "BARRIER=1"]);
    }
}

#[test]
fn logs_of_one_thread_and_of_all() {
    let all = Logs::of_process();
    let (logs, guard) = Logs::of_thread();
    tracing::warn!(target: "here", check = "pg", took = 3, "it failed");
    thread::spawn(|| tracing::info!(check = "elsewhere", "a thread speaks"));
    let [line] = logs.lines().try_into().expect("one line");
    assert_eq!(line.to_string(), "WARN here: it failed check=pg took=3");
    all.logged(Level::INFO, "check=elsewhere", SOON);

    drop(guard);
    tracing::error!("to all");
    assert_eq!((all.with("to all").len(), logs.with("to all").len()), (1, 0));
    assert_eq!(Logs::of_process().with("to all").len(), 0, "only what comes after it was made");
}

#[test]
#[should_panic(expected = "not within 10ms: the moon")]
fn a_wait_is_bounded_and_says_for_what() {
    eventually("the moon", Duration::from_millis(10), || false);
}
