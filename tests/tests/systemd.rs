//! What systemd is told: on a notify socket, where each datagram is seen, and by the real one, which acts on them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use healthsdk_tests::servers::{Notice, NotifySocket, Systemd};
use healthsdk_tests::{Child, eventually, http, need};
use nix::sys::signal::Signal;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);
const SERVICE: &str = env!("CARGO_BIN_EXE_notifying");

/// The service, what it notifies, and the folder of its faults.
struct Notified {
    socket: NotifySocket,
    service: Child,
    faults: TempDir,
}

impl Notified {
    fn start(set: impl FnOnce(&mut Command)) -> Notified {
        Notified::start_at(NotifySocket::start(), set)
    }

    fn start_at(socket: NotifySocket, set: impl FnOnce(&mut Command)) -> Notified {
        let faults = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = Command::new(SERVICE);
        command.env("NOTIFY_SOCKET", socket.address()).env("FAULTS", faults.path());
        command.env_remove("WATCHDOG_USEC").env_remove("WATCHDOG_PID");
        set(&mut command);
        let service = Child::start(&mut command);
        Notified { socket, service, faults }
    }

    fn set(&self, file: &str) {
        fs::write(self.faults.path().join(file), "").expect("the folder can be written");
    }

    fn clear(&self, file: &str) {
        fs::remove_file(self.faults.path().join(file)).expect("the file is there");
    }

    /// The next status, which is this one.
    #[track_caller]
    fn says(&self, status: &str) -> Notice {
        let until = Instant::now() + SOON;
        loop {
            let notice = self.socket.next(until.saturating_duration_since(Instant::now()));
            if let Some(said) = notice.value("STATUS") {
                assert_eq!(said, status, "{:#?}", self.socket.all());
                return notice;
            }
        }
    }

    /// Starts it.
    fn ready(&self) {
        self.set("started");
        self.socket.next_with("READY=1", SOON);
    }

    /// The status turns to not ready, and back.
    fn turns(&self) {
        self.set("unready");
        self.says("not ready: database error");
        self.clear("unready");
        self.says("ready");
    }
}

fn watched(period: Duration) -> impl FnOnce(&mut Command) {
    move |command| {
        command.env("WATCHDOG_USEC", period.as_micros().to_string());
    }
}

fn pings(notices: &[Notice]) -> Vec<Instant> {
    let pings = notices.iter().filter(|notice| notice.value("WATCHDOG") == Some("1"));
    pings.map(|notice| notice.at).collect()
}

fn holding(notices: &[Notice], variable: &str) -> usize {
    notices.iter().filter(|notice| notice.value(variable).is_some()).count()
}

#[test]
fn ready_is_told_once_and_only_when_the_service_is() {
    for socket in [NotifySocket::start(), NotifySocket::start_abstract()] {
        let notified = Notified::start_at(socket, |_| {});
        let first = notified.socket.next(SOON);
        let status = first.value("STATUS").expect("it says how it is");
        assert!(status.starts_with("starting: ") && status.contains("warm pending"), "{status}");
        let addr = notified.service.address();
        eventually("it is served", SOON, || http::get(addr, "/livez").status == 200);
        let before = notified.socket.all();
        assert_eq!(holding(&before, "READY"), 0, "{before:#?}");
        notified.set("started");
        let ready = notified.socket.next_with("READY=1", SOON);
        assert_eq!((ready.value("STATUS"), ready.pid), (Some("ready"), Some(notified.service.pid())));
        notified.turns();
        assert_eq!(holding(&notified.socket.all(), "READY"), 1);
    }
}

#[test]
fn the_status_names_what_fails_and_is_told_when_it_changes_alone() {
    let notified = Notified::start(|_| {});
    notified.ready();
    notified.turns();
    notified.turns();
    notified.set("dead");
    notified.says("not live: loop error");
    notified.set("unready");
    notified.says("not live: database error, loop error");
    let all = notified.socket.all();
    assert!(all.iter().all(|notice| !notice.text.contains("secret")), "{all:#?}");
}

#[test]
fn stopping_is_told_as_soon_as_the_drain_begins() {
    let mut notified = Notified::start(|_| {});
    notified.ready();
    notified.service.signal(Signal::SIGTERM);
    let stopping = notified.socket.next_with("STOPPING=1", SOON);
    assert_eq!(stopping.value("STATUS"), Some("draining"));
    notified.service.wait(SOON);
    assert_eq!(holding(&notified.socket.all(), "STOPPING"), 1);
}

#[test]
fn the_watchdog_is_pinged_at_half_its_period() {
    let period = Duration::from_secs(1);
    let notified = Notified::start(watched(period));
    let pinged: Vec<_> = (0..6).map(|_| notified.socket.next_with("WATCHDOG=1", SOON).at).collect();
    let took = pinged[5] - pinged[0];
    assert!(took >= period * 2 && took < period * 5, "five pings within {took:?}");
}

#[test]
fn the_watchdog_is_not_pinged_where_it_asks_another_process() {
    let notified = Notified::start(|command| {
        watched(Duration::from_millis(20))(command);
        command.env("WATCHDOG_PID", "1");
    });
    notified.ready();
    notified.turns();
    assert_eq!(pings(&notified.socket.all()).len(), 0, "{:#?}", notified.socket.all());
}

#[test]
fn pings_stop_while_liveness_fails_and_come_back_with_it() {
    let notified = Notified::start(watched(Duration::from_millis(40)));
    notified.ready();
    notified.socket.next_with("WATCHDOG=1", SOON);
    notified.set("dead");
    let dead = notified.says("not live: loop error");
    notified.service.logged("systemd's watchdog is not pinged: liveness is error", SOON);
    // What takes a check two runs leaves time for pings.
    for _ in 0..5 {
        notified.set("unready");
        notified.says("not live: database error, loop error");
        notified.clear("unready");
        notified.says("not live: loop error");
    }
    let since = pings(&notified.socket.all()).into_iter().filter(|at| *at > dead.at);
    assert_eq!(since.count(), 0, "{:#?}", notified.socket.all());
    notified.clear("dead");
    notified.socket.next_with("WATCHDOG=1", SOON);
    notified.service.logged("systemd's watchdog is pinged again", SOON);
}

#[test]
fn pings_stop_while_a_worker_stalls_and_come_back_with_it() {
    let notified = Notified::start(watched(Duration::from_millis(200)));
    let addr = notified.service.address();
    notified.ready();
    notified.socket.next_with("WATCHDOG=1", SOON);
    let blocking = thread::spawn(move || {
        let mut client = http::Client::connect(addr, SOON).expect("it listens");
        client.get("/block/10").expect("it answers after all").status
    });
    let dead = loop {
        let notice = notified.socket.next(SOON);
        if notice.text.contains("not live") {
            break notice;
        }
    };
    assert_eq!(dead.value("STATUS"), Some("not live: process/workers error"));
    // A few periods of the watchdog, amid the stall.
    thread::sleep(Duration::from_secs(1));
    let since = pings(&notified.socket.all()).into_iter().filter(|at| *at > dead.at);
    assert_eq!(since.count(), 0, "{:#?}", notified.socket.all());
    assert_eq!(blocking.join().expect("it does not panic"), 200);
    let turned = Instant::now();
    eventually("it pings again", SOON, || {
        pings(&notified.socket.all()).last().is_some_and(|at| *at > turned)
    });
}

#[test]
fn pings_go_on_after_the_process_was_frozen() {
    let mut notified = Notified::start(watched(Duration::from_secs(1)));
    notified.ready();
    notified.service.pause();
    let before = notified.socket.all().len();
    thread::sleep(Duration::from_secs(3));
    assert_eq!(notified.socket.all().len(), before, "it stood still");
    notified.service.resume();
    let woken = Instant::now();
    eventually("it pings again", SOON, || {
        pings(&notified.socket.all()).last().is_some_and(|last| *last > woken)
    });
    let pid = notified.service.pid();
    assert!(notified.socket.all().iter().all(|notice| notice.pid == Some(pid)));
    assert_eq!(notified.socket.all().iter().filter(|notice| notice.text.contains("not live")).count(), 0);
}

#[test]
fn nothing_is_done_where_nobody_listens() {
    let mut command = Command::new(SERVICE);
    let child = Child::start(command.env_remove("NOTIFY_SOCKET"));
    assert_eq!(child.line(), "notifies: false");
}

#[test]
fn a_socket_that_is_not_there_is_an_error() {
    let mut command = Command::new(SERVICE);
    let mut child = Child::start(command.env("NOTIFY_SOCKET", "/nowhere/notify"));
    assert!(!child.wait(SOON).success());
    child.logged("No such file or directory", SOON);
}

#[test]
fn a_second_call_is_an_error() {
    let notified = Notified::start(|_| {});
    assert_eq!(notified.service.line(), "notifies: true");
    assert_eq!(notified.service.line(), "again: Err(AlreadyExists)");
}

fn unit() -> String {
    format!(
        "[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nWatchdogSec=3\nRestart=always\nRestartSec=100ms\n\
         ExecStart={SERVICE}\n"
    )
}

fn write(dir: &Path, file: &str) {
    fs::write(dir.join(file), "").expect("the folder can be written");
}

#[test]
fn the_real_systemd_waits_until_the_service_is_ready_and_stops_it() {
    let Some(systemd) = need!(Systemd::start(&unit())) else { return };
    eventually("it says what it waits for", SOON, || systemd.show("StatusText").contains("warm pending"));
    assert_eq!(systemd.show("ActiveState"), "activating", "{}", systemd.output());
    write(systemd.dir(), "started");
    eventually("it is active", SOON, || systemd.show("ActiveState") == "active");
    eventually("it says so", SOON, || systemd.show("StatusText") == "ready");
    write(systemd.dir(), "unready");
    eventually("it says why not", SOON, || systemd.show("StatusText") == "not ready: database error");
    systemd.systemctl(&["stop", Systemd::UNIT]);
    assert_eq!(systemd.show("ActiveState"), "inactive");
    assert_eq!((systemd.show("Result"), systemd.show("NRestarts")), ("success".into(), "0".into()));
    assert!(systemd.output().contains("draining"), "{}", systemd.output());
}

#[test]
fn the_real_systemd_restarts_a_service_whose_liveness_fails() {
    let Some(systemd) = need!(Systemd::start(&unit())) else { return };
    write(systemd.dir(), "started");
    eventually("it is active", SOON, || systemd.show("ActiveState") == "active");
    let pid = systemd.main_pid();
    // Longer than the watchdog waits.
    thread::sleep(Duration::from_secs(4));
    assert_eq!((systemd.main_pid(), systemd.show("NRestarts")), (pid, "0".to_owned()));

    write(systemd.dir(), "dead");
    eventually("the watchdog ends it", SOON, || systemd.show("NRestarts") == "1");
    fs::remove_file(systemd.dir().join("dead")).expect("the file is there");
    eventually("it is active again", SOON, || systemd.show("ActiveState") == "active");
    assert_ne!(systemd.main_pid(), pid);
}
