//! What the other tests stand on: the client, the service, child processes, captured logs, the wait.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, rt, web};
use healthsdk_tests::http::{self, Client};
use healthsdk_tests::{Child, Logs, Service, eventually};
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
