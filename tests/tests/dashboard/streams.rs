use std::io::{BufRead, BufReader, Read, Write};
use std::iter;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::{Service, eventually};
use serde_json::Value;

use crate::service::{OWN, SOON, Switch, all, ask};

/// One stream of events, as it goes over the wire.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    pub(crate) fn open(service: &Service) -> Self {
        let mut stream = TcpStream::connect(service.addr()).expect("it listens");
        stream.set_read_timeout(Some(SOON)).expect("a time is legal");
        let request = format!("GET {OWN} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it listens");
        Self(BufReader::new(stream))
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).expect("it goes on or ends");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    fn status(&mut self) -> u16 {
        let line = self.line().expect("it answers");
        line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{line}"))
    }

    /// The next document; `None` where the stream has ended as HTTP has it.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            let line = self.line()?;
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("it is JSON"));
            }
            if line == "0" {
                return None;
            }
        }
    }
}

fn status(document: &Value, check: &str) -> String {
    document["report"]["checks"][check]["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_stream_tells_all_at_once_and_then_what_is_new() {
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let mut events = Events::open(&service);
    assert_eq!(events.status(), 200);
    let first = events.next().expect("it begins");
    assert_eq!(first["history"]["checks"]["redis"]["states"].as_str().map(str::len), Some(120));
    assert_eq!(status(&first, "redis"), "ok");
    switch.fail(true);
    let mut documents = 0;
    let began = Instant::now();
    loop {
        let document = events.next().expect("it goes on");
        documents += 1;
        assert!(document["history"]["checks"]["redis"]["states"].as_str().map(str::len) < Some(4));
        if status(&document, "redis") == "error" {
            break;
        }
    }
    // A dozen checks run five times a second.
    let most = began.elapsed().as_millis() / 250 + 2;
    assert!(documents <= most, "{documents} documents in {:?}", began.elapsed());
}

#[test]
fn a_reader_who_is_slow_gets_the_newest() {
    let switch = Switch::default();
    let (_monitor, service) = all(&switch);
    let mut events = Events::open(&service);
    events.next().expect("it begins");
    // Nothing is read until long after what the sockets hold is full, or would be.
    let began = Instant::now();
    eventually("time passes", SOON, || began.elapsed() > Duration::from_secs(3));
    switch.fail(true);
    let mut behind = 0;
    while status(&events.next().expect("it goes on"), "redis") != "error" {
        behind += 1;
    }
    assert!(behind <= 20, "{behind} documents were kept for it");
}

#[test]
fn a_monitor_serves_16_streams_and_a_place_is_free_again_at_the_end_of_one() {
    let (_monitor, service) = all(&Switch::default());
    let mut open: Vec<_> = (0..16).map(|_| Events::open(&service)).collect();
    for events in &mut open {
        assert_eq!(events.status(), 200);
        events.next().expect("it begins");
    }
    let refused = ask(&service, OWN, "Accept: text/event-stream\r\n");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("30")));
    assert_eq!(ask(&service, OWN, "").status, 200, "the page is there, and asks again and again");
    drop(open.pop());
    eventually("a place is free", SOON, || Events::open(&service).status() == 200);
    let head = format!(
        "HEAD {OWN} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n"
    );
    let answer = healthsdk_tests::http::request(service.addr(), head.as_bytes()).expect("it answers");
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn a_stream_ends_with_the_drain_having_told_so() {
    let (monitor, service) = all(&Switch::default());
    let mut events = Events::open(&service);
    events.next().expect("it begins");
    monitor.drain();
    let rest: Vec<_> = iter::from_fn(|| events.next()).take(10).collect();
    assert!(rest.len() < 10, "it goes on");
    assert_eq!(rest.last().map(|last| &last["report"]["lifecycle"]), Some(&"draining".into()));
    let mut late = Events::open(&service);
    assert_eq!(late.next().map(|document| document["report"]["lifecycle"].clone()), Some("draining".into()));
    assert_eq!(late.next(), None, "one that begins amid the drain ends, too");
}

#[test]
fn a_stream_keeps_no_monitor_alive_and_causes_no_run() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let asked = Check::new("asked", move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let often = Check::new("often", || async {}).interval(Duration::from_millis(100));
    let paths = healthsdk::Paths::default().dashboard(OWN);
    let builder =
        Monitor::builder().linked(false).check(asked.ttl(Duration::from_nanos(1))).check(often).paths(paths);
    let monitor = builder.details(Details::Always).build().expect("it is legal");
    let service = Service::start(monitor.probes());
    let mut events = Events::open(&service);
    for _ in 0..5 {
        events.next().expect("it goes on");
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    drop((service, monitor));
    let mut rest = Vec::new();
    let ended = events.0.read_to_end(&mut rest);
    assert!(ended.is_ok() || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset));
}
