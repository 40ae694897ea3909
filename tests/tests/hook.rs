//! A preStop hook: the service's own binary has the one that runs drain.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Output};
use std::time::Duration;

use healthsdk_tests::http::{TIMEOUT, get};
use healthsdk_tests::{Child, eventually};

const SOON: Duration = Duration::from_secs(8);

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_draining"))
}

fn run(args: &[&str]) -> Output {
    program().args(args).output().expect("it starts")
}

fn ready(addr: SocketAddr) {
    eventually("it is ready", TIMEOUT, || get(addr, "/readyz").status == 200);
}

/// It drains as after a signal: out of traffic at once, stopped after the delay.
fn drains(mut service: Child, addr: SocketAddr) {
    assert_eq!([get(addr, "/readyz").status, get(addr, "/livez").status], [503, 200]);
    service.logged("draining after a call", TIMEOUT);
    assert!(service.wait(SOON).success());
}

#[test]
fn over_a_unix_socket_it_needs_no_token() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let address = format!("unix:{}", dir.path().join("orders.sock").display());
    let service = Child::start(program().env("PROBES", &address).env("DRAIN_DELAY", "2"));
    let probes = service.line();
    assert_eq!(probes, "probes at []");
    let addr = service.address();
    ready(addr);
    assert!(run(&["healthcheck", &address]).status.success());
    let output = run(&["drain", &address]);
    assert!(output.status.success(), "{output:?}");
    drains(service, addr);
}

#[test]
fn by_tcp_it_needs_the_token_and_the_public_port_knows_no_drain() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let (right, wrong) = (dir.path().join("right"), dir.path().join("wrong"));
    fs::write(&right, "a-long-random-token\n").expect("the folder can be written");
    fs::write(&wrong, "another-token").expect("the folder can be written");
    let (right, wrong) = (right.display().to_string(), wrong.display().to_string());

    let mut command = program();
    command.env("PROBES", "127.0.0.1:0").env("DRAIN_TOKEN", "a-long-random-token").env("DRAIN_DELAY", "2");
    let service = Child::start(&mut command);
    let line = service.line();
    let probes: SocketAddr = line["probes at [".len()..].trim_end_matches(']').parse().expect(&line);
    let addr = service.address();
    ready(addr);
    let drain = |url: String, token: &[&str]| run(&[&["drain", &url], token].concat()).status.code();
    let (own, public) = (format!("http://{probes}"), format!("http://{addr}"));
    assert_eq!(drain(own.clone(), &[]), Some(1));
    assert_eq!(drain(own.clone(), &["--token-file", &wrong]), Some(1));
    assert_eq!(drain(public, &["--token-file", &right]), Some(1));
    assert_eq!(get(addr, "/readyz").status, 200, "nobody has drained it");
    assert_eq!(drain(own, &["--token-file", &right]), Some(0));
    drains(service, addr);
}
