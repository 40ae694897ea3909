//! What a connection of TCP tells, and leaves behind.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use healthsdk::{Cause, Status, checks};
use healthsdk_tests::free_port;
use nix::sys::socket::{Backlog, listen};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_open_port_passes_and_the_server_reads_an_orderly_end() {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    for name in [address.to_string(), format!("localhost:{}", address.port())] {
        let outcome = checks::tcp::connect(&name).await;
        assert_eq!(outcome.status(), Status::Ok, "{outcome:?}");
        assert_eq!(outcome.data()["address"], address.to_string());
        let (stream, _) = timeout(SOON, listener.accept()).await.expect("it connected").expect("it accepts");
        stream.readable().await.expect("the end can be read");
        assert_eq!(stream.try_read(&mut [0]).expect("the end is no reset"), 0);
    }
}

#[tokio::test]
async fn a_closed_port_is_refused_and_what_is_no_address_or_name_is_unresolved() {
    let closed = checks::tcp::connect(&format!("127.0.0.1:{}", free_port())).await;
    assert_eq!((closed.status(), closed.cause()), (Status::Error, Some(Cause::Refused)), "{closed:?}");
    for odd in ["localhost", "name.invalid:80"] {
        let outcome = checks::tcp::connect(odd).await;
        assert_eq!(outcome.cause(), Some(Cause::Unresolved), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_connection_that_nobody_accepts_is_given_up_without_a_trace() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listen(&listener, Backlog::new(0).expect("a legal backlog")).expect("it listens");
    let address = listener.local_addr().expect("it is bound");
    let mut filling = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        filling.push(stream.expect("nothing refuses"));
    }
    let address = address.to_string();
    let sockets = || fs::read_dir("/proc/self/fd").expect("there is /proc").count();
    let before = sockets();
    for _ in 0..1000 {
        let waited = checks::tcp::connect(&address);
        assert!(timeout(Duration::from_millis(2), waited).await.is_err(), "it connected");
    }
    assert_eq!(sockets(), before);
}
