//! The proxy does to connections what the fault matrix says it does, and counts right.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk_tests::eventually;
use healthsdk_tests::proxy::{Counts, Mode, Proxy};

const SOON: Duration = Duration::from_secs(5);
const WHILE: Duration = Duration::from_millis(200);

/// A proxy before a server that answers each four bytes with the same.
fn echo() -> Proxy {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let proxy = Proxy::start();
    proxy.lead_to(listener.local_addr().expect("it is bound").port());
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut question = [0; 4];
                while client.read_exact(&mut question).is_ok() && client.write_all(&question).is_ok() {}
            });
        }
    });
    proxy
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).expect("the proxy listens");
    stream.set_read_timeout(Some(SOON)).expect("a legal time");
    stream
}

fn ask(stream: &mut TcpStream) -> Vec<u8> {
    stream.write_all(b"ping").expect("it is connected");
    let mut answer = vec![0; 4];
    stream.read_exact(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_question_and_its_answer_are_a_round_trip() {
    let proxy = echo();
    let mut stream = connect(&proxy);
    for _ in 0..3 {
        assert_eq!(ask(&mut stream), b"ping");
    }
    assert_eq!(proxy.counts(), Counts { connections: 1, round_trips: 3, sent: 12, received: 12 });
    assert_eq!(proxy.open(), 1);
    drop(stream);
    eventually("the connection is closed", SOON, || proxy.open() == 0);
}

#[test]
fn what_was_swallowed_comes_later() {
    let proxy = echo();
    let mut stream = connect(&proxy);
    ask(&mut stream);
    proxy.set(Mode::Swallow);
    stream.write_all(b"ping").expect("it is connected");
    stream.set_read_timeout(Some(WHILE)).expect("a legal time");
    let error = stream.read(&mut [0; 4]).expect_err("nothing passes");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    proxy.set(Mode::Forward);
    stream.set_read_timeout(Some(SOON)).expect("a legal time");
    stream.read_exact(&mut [0; 4]).expect("it comes");
}

#[test]
fn an_answer_is_delayed_once() {
    let proxy = echo();
    let mut stream = connect(&proxy);
    proxy.set(Mode::Delay(WHILE));
    let begun = Instant::now();
    ask(&mut stream);
    assert!((WHILE..WHILE * 2).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[test]
fn an_answer_is_cut_in_its_middle() {
    let proxy = echo();
    let mut stream = connect(&proxy);
    ask(&mut stream);
    proxy.set(Mode::CutAnswer);
    stream.write_all(b"ping").expect("it is connected");
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).expect_err("the connection is reset");
    assert_eq!((error.kind(), &answer[..]), (ErrorKind::ConnectionReset, &b"pi"[..]));
}

#[test]
fn a_port_that_refuses_opens_again() {
    let proxy = echo();
    let mut stream = connect(&proxy);
    ask(&mut stream);
    proxy.set(Mode::Refuse);
    assert_eq!(stream.read(&mut [0; 4]).expect("an orderly end"), 0);
    let refused = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).expect_err("nothing listens");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    proxy.set(Mode::Forward);
    ask(&mut connect(&proxy));
}

#[test]
fn a_dead_server_is_a_dead_proxy() {
    let proxy = Proxy::start();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    proxy.lead_to(listener.local_addr().expect("it is bound").port());
    drop(listener);
    let mut stream = connect(&proxy);
    let error = stream.read(&mut [0; 4]).expect_err("the connection is reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}
