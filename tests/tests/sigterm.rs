//! From SIGTERM to the end of the process.

use std::net::{SocketAddr, TcpStream};
use std::process::{Command, ExitStatus};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use healthsdk_tests::http::{Answer, Client, TIMEOUT, get, request};
use healthsdk_tests::{Child, eventually};
use nix::sys::signal::Signal;

const SECOND: Duration = Duration::from_secs(1);
/// The end of a process whose requests have ended: 300 ms of actix-web's, and a loaded machine.
const SOON: Duration = Duration::from_secs(8);

struct Service {
    child: Child,
    addr: SocketAddr,
}

/// A service that is ready.
fn service(settings: &[(&str, &str)]) -> Service {
    let service = starting(settings);
    eventually("it is ready", TIMEOUT, || get(service.addr, "/readyz").status == 200);
    service
}

fn starting(settings: &[(&str, &str)]) -> Service {
    let child = Child::start(&mut command(settings));
    let addr = child.address();
    Service { child, addr }
}

fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_draining"));
    command.envs(settings.iter().copied());
    command
}

impl Service {
    fn terminate(&mut self) -> Instant {
        let at = Instant::now();
        self.child.signal(Signal::SIGTERM);
        at
    }

    fn status(&self, path: &str) -> u16 {
        get(self.addr, path).status
    }

    /// Whether a new connection is refused.
    fn is_closed(&self) -> bool {
        TcpStream::connect_timeout(&self.addr, SECOND).is_err()
    }

    /// Asks on a thread of its own; returns once the request is under way.
    fn ask(&self, path: &str) -> JoinHandle<(std::io::Result<Answer>, Instant)> {
        let mut client = Client::connect(self.addr, 60 * SECOND).expect("it listens");
        let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let asking = thread::spawn(move || (client.request(raw.as_bytes()), Instant::now()));
        // The service tells of it itself, but only once it drains: this is long enough on any machine to have sent a line.
        thread::sleep(SECOND / 2);
        asking
    }

    /// A client whose question is on its way.
    fn send(&self, path: &str) -> Client {
        let mut client = Client::connect(self.addr, 60 * SECOND).expect("it listens");
        client
            .send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
            .expect("it listens");
        client
    }

    fn ends(&mut self, within: Duration) -> ExitStatus {
        self.child.wait(within)
    }
}

#[test]
fn readiness_is_503_within_20_ms_and_liveness_200_until_the_delay_is_over() {
    let mut took = Vec::new();
    for _ in 0..5 {
        let mut service = service(&[("DRAIN_DELAY", "1.5")]);
        let at = service.terminate();
        while service.status("/readyz") == 200 {
            assert!(at.elapsed() < SECOND, "SIGTERM did not make it unready");
        }
        took.push(at.elapsed());
        while at.elapsed() < SECOND {
            let statuses = ["/readyz", "/livez", "/startupz", "/slow/0"].map(|path| service.status(path));
            assert_eq!(statuses, [503, 200, 200, 200]);
        }
        eventually("it ends", SOON, || service.is_closed());
        assert!(at.elapsed() >= 3 * SECOND / 2, "the listener was closed before the delay was over");
        assert!(service.ends(SOON).success());
    }
    println!("unready after SIGTERM: {took:.1?}");
    // Of five, so that a process that shares its processor with others is not taken for a slow one.
    let best = took.iter().min().expect("there are five");
    assert!(*best <= Duration::from_millis(20), "unready after {took:?}");
}

#[test]
fn a_request_of_two_seconds_finishes_though_the_stop_comes_amid_it() {
    let mut service = service(&[("DRAIN_DELAY", "1")]);
    let asking = service.ask("/slow/2000");
    let at = service.terminate();
    let (answer, ended) = asking.join().expect("the client does not panic");
    let answer = answer.expect("it is answered");
    assert_eq!((answer.status, answer.text()), (200, "done"));
    assert!(ended > at + SECOND, "the stop did not come amid the request");
    assert!(service.ends(SOON).success());
    service.child.logged("no request was cut", TIMEOUT);
}

#[test]
fn every_answer_during_the_drain_closes_its_connection() {
    let mut service = service(&[("DRAIN_DELAY", "3")]);
    let paths = ["/slow/0", "/nowhere", "/refused", "/readyz", "/livez"];
    let mut open = paths.map(|path| (path, Client::connect(service.addr, TIMEOUT).expect("it listens")));
    for (path, client) in &mut open {
        let answer = client.get(path).expect("it answers");
        assert_eq!(answer.header("connection"), None, "{path} before");
    }
    service.terminate();
    eventually("it drains", SECOND, || service.status("/readyz") == 503);
    for (path, client) in &mut open {
        let answer = client.get(path).expect("a connection that was open is still answered");
        assert_eq!(answer.header("connection"), Some("close"), "{path}");
        client.get(path).expect_err("the connection is closed");
    }
    let kept = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n", paths[0]);
    let answer = request(service.addr, kept.as_bytes()).expect("a new connection is answered");
    assert_eq!(answer.header("connection"), Some("close"));
}

#[test]
fn with_the_default_settings_it_ends_before_a_sigkill_after_30_s() {
    let mut service = service(&[]);
    let (hanging, streaming) = (service.ask("/hang"), service.ask("/stream"));
    assert_eq!(service.status("/job/3600000"), 200);
    let at = service.terminate();
    assert!(service.ends(30 * SECOND).success());
    let took = at.elapsed();
    println!("ended {took:.1?} after SIGTERM, with a request and a hold that never end");
    assert!(took < 30 * SECOND, "it ended after {took:?}");
    assert!(took > 20 * SECOND, "it used its time: {took:?}");
    let (answer, _) = hanging.join().expect("the client does not panic");
    assert_eq!(answer.expect("it is told").status, 503);
    let (answer, ended) = streaming.join().expect("the client does not panic");
    assert!(answer.is_ok() && ended < at + 5 * SECOND, "a stream that awaits `draining` ends itself");
    let cut = service.child.logged("has stopped after", TIMEOUT);
    assert!(
        cut.contains("1 request was cut") && cut.contains("not waited for to the end: `export`"),
        "{cut}"
    );
    let told = service.child.log().iter().filter(|line| line.contains("draining for")).count();
    assert!((3..=6).contains(&told), "it tells what is under way every 5 s: {told} lines");
}

#[test]
fn without_anything_under_way_it_ends_right_after_the_delay() {
    let mut service = service(&[("DRAIN_DELAY", "1")]);
    let at = service.terminate();
    assert!(service.ends(SOON).success());
    assert!(at.elapsed() >= SECOND);
    let mut told = service.child.log();
    told.retain(|line| line.contains("lifecycle="));
    assert_eq!(told.len(), 4, "one line for each transition: {told:#?}");
    let said = [
        "health checks started",
        "is ready",
        "is draining after SIGTERM",
        "has stopped after 1.0 s; no request was cut",
    ];
    assert!(told.iter().zip(said).all(|(line, said)| line.contains(said)), "{told:#?}");
}

#[test]
fn a_hold_delays_the_stop() {
    let mut service = service(&[("DRAIN_DELAY", "0.5")]);
    assert_eq!(service.status("/job/3000"), 200);
    let at = Instant::now();
    service.terminate();
    service.child.logged("held by", TIMEOUT);
    assert!(service.ends(SOON).success());
    assert!(at.elapsed() >= 5 * SECOND / 2, "it ended amid the job");
    service.child.logged("no request was cut", TIMEOUT);
}

#[test]
fn who_is_still_starting_ends_without_a_delay() {
    let mut service = starting(&[("GATE", "closed"), ("DRAIN_DELAY", "20")]);
    assert_eq!(
        (service.status("/readyz"), service.status("/startupz"), service.status("/livez")),
        (503, 503, 200)
    );
    service.terminate();
    assert!(service.ends(SOON).success());
}

#[test]
fn an_interrupt_has_the_delay_only_where_there_is_no_terminal() {
    let mut service = service(&[("DRAIN_DELAY", "3")]);
    let at = Instant::now();
    service.child.signal(Signal::SIGINT);
    assert!(service.ends(SOON).success());
    assert!(at.elapsed() >= 3 * SECOND);

    let terminal = nix::pty::openpty(None, None).expect("there are terminals");
    let mut child = Child::start_with_input(&mut command(&[("DRAIN_DELAY", "20")]), terminal.slave.into());
    let addr = child.address();
    eventually("it is ready", TIMEOUT, || get(addr, "/readyz").status == 200);
    child.signal(Signal::SIGINT);
    assert!(child.wait(SOON).success());
}

#[test]
fn further_signals_change_nothing_and_a_later_interrupt_hurries() {
    let mut service = service(&[("DRAIN_DELAY", "20")]);
    let hanging = service.ask("/hang");
    service.terminate();
    service.child.signal(Signal::SIGINT);
    thread::sleep(3 * SECOND / 2);
    service.child.signal(Signal::SIGTERM);
    thread::sleep(SECOND / 2);
    assert_eq!(
        (service.status("/readyz"), service.status("/slow/0")),
        (503, 200),
        "it goes on with its delay"
    );

    service.child.signal(Signal::SIGINT);
    // Two at once would reach the process as one.
    thread::sleep(SECOND / 5);
    service.child.signal(Signal::SIGINT);
    eventually("the delay is over", SOON, || service.is_closed());
    thread::sleep(3 * SECOND / 2);
    assert!(!hanging.is_finished(), "two in a row are one");
    service.child.signal(Signal::SIGINT);
    let status = service.ends(SOON);
    assert_eq!(status.code(), Some(130), "one more ends the process, though a request is under way");
    assert!(hanging.join().expect("the client does not panic").0.is_err());
}

#[test]
fn a_drain_by_code_is_as_one_by_signal_and_its_time_is_not_started_again() {
    let mut service = service(&[("DRAIN_DELAY", "3")]);
    let at = Instant::now();
    let drain = b"POST /drain-by-code HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(request(service.addr, drain).expect("it answers").status, 200);
    assert_eq!((service.status("/readyz"), service.status("/livez")), (503, 200), "at once");
    thread::sleep(2 * SECOND);
    service.terminate();
    assert!(service.ends(SOON).success());
    let took = at.elapsed();
    assert!(took >= 3 * SECOND, "{took:?}");
    assert!(took < 5 * SECOND, "the delay began again with the signal: {took:?}");
}

#[test]
fn everybody_who_still_waits_when_the_time_is_up_is_answered_and_counted_once() {
    let mut service = service(&[("DRAIN_DELAY", "1.5"), ("GRACE", "6")]);
    let hanging: Vec<_> = (0..100).map(|_| service.send("/hang")).collect();
    thread::sleep(SECOND);
    let at = service.terminate();
    for mut client in hanging {
        assert_eq!(client.answer().expect("it is answered").status, 503);
    }
    assert!(service.ends(SOON).success());
    assert!(at.elapsed() < 6 * SECOND);
    service.child.logged("100 requests were cut", TIMEOUT);
}

#[test]
fn what_nobody_counts_does_not_outlive_the_grace_period_either() {
    let mut service = service(&[("UNGUARDED", "yes"), ("DRAIN_DELAY", "0.5"), ("GRACE", "8")]);
    let hanging = service.ask("/hang");
    assert_eq!(service.status("/job/3600000"), 200);
    let at = service.terminate();
    assert!(service.ends(8 * SECOND).success());
    println!("ended {:.1?} after SIGTERM, of 8 s", at.elapsed());
    assert!(hanging.join().expect("the client does not panic").0.is_err());
    service.child.logged("requests are not counted without `drain_middleware`", TIMEOUT);
    service.child.logged("its actix system is stopped", TIMEOUT);
}
