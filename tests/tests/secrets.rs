//! Secrets of many kinds, planted wherever a text may come from, are in no output; and what strangers are told names no check.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use healthsdk::{BuildInfo, Check, Details, Monitor};
use healthsdk_tests::receiver::Receiver;
use healthsdk_tests::secrets::{SECRETS, Secret, leaks};
use healthsdk_tests::servers::{NotifySocket, python};
use healthsdk_tests::{Child, eventually, http, need};
use nix::sys::signal::Signal;

const SOON: Duration = Duration::from_mins(1);
const SERVICE: &str = env!("CARGO_BIN_EXE_planted");
const ASK: &str = include_str!("grpc/ask.py");
const PATHS: [&str; 5] = ["/livez", "/readyz", "/startupz", "/health", "/own"];
/// What browsers, scrapers and others ask for.
const ACCEPTED: [&str; 9] = [
    "text/html",
    "text/plain",
    "application/json",
    "application/health+json",
    "application/problem+json",
    "application/vnd.spring-boot.actuator.v3+json",
    "application/vnd.spring-boot.actuator.v2+json",
    "application/openmetrics-text",
    "*/*",
];
/// What is in every name that the service gives.
const NAME: &str = "planted";

/// The service, and where it is asked.
struct Planted {
    service: Child,
    socket: NotifySocket,
    receiver: Receiver,
    public: SocketAddr,
    own: SocketAddr,
    grpc: SocketAddr,
}

/// What is told, and by what.
type Output = (String, String);

impl Planted {
    fn start() -> Planted {
        let socket = NotifySocket::start();
        let mut command = Command::new(SERVICE);
        command.env("NOTIFY_SOCKET", socket.address()).env_remove("WATCHDOG_USEC").env_remove("WATCHDOG_PID");
        let receiver = Receiver::start();
        command.env("RECEIVER", receiver.url(""));
        let service = Child::start(&mut command);
        let [public, own, grpc] = [(); 3].map(|()| service.address());
        let planted = Planted { service, socket, receiver, public, own, grpc };
        eventually("every check has run", SOON, || {
            let report = ask(public, "/health?format=json", "Authorization: Bearer friend\r\n").json();
            let checks = report["checks"].as_object().expect("the caller is authorised");
            let ran = checks.iter().filter(|(name, _)| name.starts_with("planted-"));
            let ran: Vec<_> = ran.map(|(_, check)| check["checked_at"].is_string()).collect();
            ran.len() > 3 * SECRETS.len() && ran.into_iter().all(|ran| ran)
        });
        planted
    }

    /// The words of all formats, as the answer to an unknown one lists them.
    fn words(&self) -> Vec<String> {
        let answer = ask(self.public, "/health?format=nothing", "");
        assert_eq!(answer.status, 406);
        let (_, listed) = answer.text().trim().split_once("with one of ").expect("it lists them");
        listed.split(", ").map(str::to_owned).collect()
    }

    /// Everything that HTTP tells: each path in each form on each port, one check, and what a query changes.
    fn http(&self, headers: &str) -> Vec<Output> {
        let (mut targets, words) = (Vec::new(), self.words());
        assert!(words.len() >= 12, "{words:?}");
        for path in PATHS {
            targets.extend(words.iter().map(|word| (format!("{path}?format={word}"), String::new())));
            targets.extend(ACCEPTED.map(|accept| (path.to_owned(), format!("Accept: {accept}\r\n"))));
            targets.extend(
                ["?verbose", "?exclude=planted-00-error&exclude=nothing", "?format=nothing", "?wait=x"]
                    .map(|query| (format!("{path}{query}"), String::new())),
            );
        }
        for check in ["planted-00-error", "planted-25-panic", "planted-late", "process%2Fready", "nothing"] {
            targets.extend(
                ["", "?format=text", "?format=json"]
                    .map(|query| (format!("/readyz/{check}{query}"), String::new())),
            );
        }
        let asked = [self.public, self.own]
            .into_iter()
            .flat_map(|addr| targets.iter().map(move |(target, accept)| (addr, target, accept)));
        asked
            .map(|(addr, target, accept)| {
                let answer = ask(addr, target, &format!("{headers}{accept}"));
                let told = format!("{:?} {}", answer.headers, String::from_utf8_lossy(&answer.body));
                (format!("{target} {accept}"), told)
            })
            .collect()
    }

    /// Everything else: a new output is one more line.
    fn others(&self, python: Option<&Path>) -> Vec<Output> {
        vec![
            ("the log".to_owned(), self.service.log().join("\n")),
            ("systemd".to_owned(), format!("{:?}", self.socket.all())),
            ("what prints itself, errors of the set-up, hooks".to_owned(), self.debug()),
            ("gRPC".to_owned(), self.grpc(python)),
            ("webhooks".to_owned(), self.webhooks()),
            ("the events of the dashboard".to_owned(), self.events("Authorization: Bearer friend\r\n")),
        ]
    }

    fn webhooks(&self) -> String {
        let received = self.receiver.received();
        let told =
            received.iter().map(|one| format!("{:?} {}", one.headers, String::from_utf8_lossy(&one.body)));
        told.collect()
    }

    /// What the stream that never ends has within a second.
    fn events(&self, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.public).expect("it listens");
        let accept = "Accept: text/event-stream";
        write!(stream, "GET /health HTTP/1.1\r\nHost: localhost\r\n{headers}{accept}\r\n\r\n")
            .expect("it reads");
        stream.set_read_timeout(Some(Duration::from_secs(1))).expect("it is no zero");
        let mut told = Vec::new();
        let _ = stream.take(4 << 20).read_to_end(&mut told);
        String::from_utf8_lossy(&told).into_owned()
    }

    fn debug(&self) -> String {
        ask(self.public, "/debug", "").text().to_owned()
    }

    fn grpc(&self, python: Option<&Path>) -> String {
        let Some(python) = python else { return String::new() };
        let asked = [("check", ""), ("check", "planted-00-error"), ("watch", ""), ("list", "")];
        let told = asked.map(|(method, service)| {
            let addr = self.grpc.to_string();
            Child::start(Command::new(python).args(["-c", ASK, method, &addr, service])).line()
        });
        told.join(" ")
    }
}

fn ask(addr: SocketAddr, target: &str, headers: &str) -> http::Answer {
    let raw = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
    http::request(addr, raw.as_bytes()).unwrap_or_else(|error| panic!("{target}: {error}"))
}

/// None of the secrets is in any of the outputs, nor a part of one.
#[track_caller]
fn is_clean(outputs: &[Output]) {
    let leaks = outputs.iter().flat_map(|(by, told)| {
        leaks(told).into_iter().map(move |(secret, at)| {
            let around = &told.as_bytes()[at.saturating_sub(120)..told.len().min(at + 60)];
            format!("{} by {by}: ...{}...", secret.kind, String::from_utf8_lossy(around))
        })
    });
    let leaks: Vec<_> = leaks.collect();
    assert!(leaks.is_empty(), "{} leaks: {:#?}", leaks.len(), &leaks[..leaks.len().min(20)]);
}

#[test]
fn no_output_has_a_secret() {
    let python = need!(python());
    let mut planted = Planted::start();
    let friend = planted.http("Authorization: Bearer friend\r\n");
    let forms = friend.iter().filter(|(by, _)| by.starts_with("/health?format=") && !by.contains("nothing"));
    for (by, told) in forms {
        assert!(told.contains("planted-00-error"), "{by}: {told}");
    }
    is_clean(&friend);
    let count = friend.len();
    eventually("the hook has heard of all", SOON, || {
        planted.debug().matches("Transition {").count() > SECRETS.len()
    });
    eventually("both webhooks have told of some", SOON, || {
        planted.webhooks().matches("planted-").count() > 10
    });
    let others = planted.others(python.as_deref());
    assert!(
        others.iter().all(|(by, told)| by == "systemd" || by == "gRPC" || told.contains(NAME)),
        "nothing is told"
    );
    is_clean(&others);

    let text = SECRETS[..6].iter().map(|secret| secret.text).collect::<Vec<_>>().join("; ");
    let folder = fs::read_link(format!("/proc/{}/cwd", planted.service.pid())).expect("it runs");
    fs::write(folder.join("maintenance"), text).expect("the folder is there");
    eventually("the file is told", SOON, || {
        ask(planted.public, "/readyz?format=json", "Authorization: Bearer friend\r\n").json()["checks"]
            ["process/maintenance"]["message"]
            .as_str()
            .is_some_and(|message| message.contains("[redacted]"))
    });
    is_clean(&planted.http("Authorization: Bearer friend\r\n"));

    planted.service.signal(Signal::SIGTERM);
    planted.service.logged("the service is draining", SOON);
    is_clean(&[("the log of the drain".to_owned(), planted.service.log().join("\n"))]);
    planted.service.logged("held by", SOON);
    is_clean(&[("the systemd of the drain".to_owned(), format!("{:?}", planted.socket.all()))]);
    println!(
        "{count} answers and {} lines of the log have none of {} secrets",
        planted.service.log().len(),
        SECRETS.len()
    );
}

#[test]
fn what_strangers_are_told_names_no_check() {
    let python = need!(python());
    let planted = Planted::start();
    for headers in ["", "Authorization: Bearer stranger\r\n"] {
        let stranger = planted.http(headers);
        is_clean(&stranger);
        for (by, told) in &stranger {
            // What they ask for themselves is told to nobody else.
            assert!(!told.contains(NAME), "{by}: {told}");
        }
    }
    let told = planted.grpc(python.as_deref()).replace("planted-tag", "") + &planted.events("");
    assert!(!told.contains(NAME), "{told}");
}

/// Secrets that are legal names as well.
fn names() -> impl Iterator<Item = &'static Secret> {
    const MARKED: [&str; 11] =
        ["AKIA", "eyJ", "ghp_", "glpat-", "xoxb-", "sk_live_", "AIza", "npm_", "pypi-", "SG.", "sk-proj-"];
    SECRETS.iter().filter(|secret| MARKED.iter().any(|mark| secret.needle.starts_with(mark)))
}

#[test]
fn errors_of_the_set_up_repeat_no_secret_and_nothing_prints_one() {
    let empty = || Monitor::builder().linked(false).allow_empty();
    let none = || async {};
    let texts = SECRETS.iter().map(|secret| secret.text).chain(names().map(|secret| secret.needle));
    for text in texts {
        let check = || Check::new(text, none);
        let refused = [
            ("a name", empty().check(check())),
            ("two of a name", empty().check(check()).check(check())),
            ("a tag", empty().check(Check::new("fine", none).tags([text]))),
            ("a name with a fault", empty().check(check().ttl(Duration::ZERO))),
            ("the service", empty().service(text)),
            ("only", empty().only([text])),
            ("without", empty().without([text])),
            ("expected", empty().expect_checks([text])),
            ("a token", empty().details(Details::bearer(format!("{text}\n")))),
            ("the token of the drain", empty().drain_token(format!("{text}\n"))),
            ("a network", empty().details(Details::cidr([text]))),
        ];
        for (by, builder) in refused {
            is_clean(&[(by.to_owned(), format!("{builder:?}"))]);
            let error = builder.build().expect_err(by);
            is_clean(&[(
                by.to_owned(),
                format!("{error:?} {error} {:?}", error.faults().collect::<Vec<_>>()),
            )]);
        }
        let info = BuildInfo::new(text, text, &[Some(text)]);
        let check = check().description(text).tags([text]);
        is_clean(&[("Debug".to_owned(), format!("{info:?} {check:?} {:?}", Details::bearers([text])))]);
    }
}

#[test]
fn names_that_are_secrets_are_start_up_errors_that_say_where() {
    assert!(names().count() >= 10);
    for secret in names() {
        let check = Check::new(secret.needle.get(..64).unwrap_or(secret.needle), || async {});
        let error = Monitor::builder().linked(false).check(check).build().expect_err(secret.kind).to_string();
        assert!(error.contains("a name of the check at tests/tests/secrets.rs:"), "{error}");
    }
}
