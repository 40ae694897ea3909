//! What a check over gRPC makes of each answer.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use healthsdk::{Cause, Check, Monitor, Outcome, Status, checks};
use healthsdk_tests::free_port;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint, Server};

/// A server with these services, until the runtime ends.
async fn server(routes: Routes) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(Server::builder().add_routes(routes).serve_with_incoming(incoming));
    address
}

fn channel(address: impl std::fmt::Display) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).expect("a legal address").connect_lazy()
}

fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
    (outcome.status(), outcome.cause())
}

const WRONG: (Status, Option<Cause>) = (Status::Error, Some(Cause::WrongAnswer));

#[tokio::test]
async fn each_service_is_what_it_says() {
    let good = Check::new("good", || async {}).tags(["good"]);
    let bad = Check::new("bad", || async { Err::<(), _>("down") }).tags(["bad"]).failure_threshold(1);
    let monitor = Monitor::builder().linked(false).check(good).check(bad).build().expect("legal checks");
    let channel = channel(server(Routes::new(monitor.grpc_health())).await);
    let unavailable = (Status::Error, Some(Cause::Unavailable));
    for (service, expected) in
        [("liveness", (Status::Ok, None)), ("bad", unavailable), ("", unavailable), ("other", WRONG)]
    {
        let outcome = checks::tonic::ask(&channel, service).await;
        assert_eq!(said(&outcome), expected, "{service}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_server_without_a_health_service_gives_a_wrong_answer() {
    let outcome = checks::tonic::ask(&channel(server(Routes::default()).await), "").await;
    assert_eq!(said(&outcome), WRONG, "{outcome:?}");
    assert_eq!(outcome.message(), Some("wrong answer: it has no health service"));
}

#[tokio::test]
async fn a_server_that_is_not_reached_is_told_as_what_it_is() {
    let closed = checks::tonic::ask(&channel(format_args!("127.0.0.1:{}", free_port())), "").await;
    assert_eq!(said(&closed), (Status::Error, Some(Cause::Refused)), "{closed:?}");
    let unknown = checks::tonic::ask(&channel("name.invalid:80"), "").await;
    assert_eq!(said(&unknown), (Status::Error, Some(Cause::Unresolved)), "{unknown:?}");

    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = silent.local_addr().expect("it is bound");
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("a legal address");
    let hurried = endpoint.timeout(Duration::from_millis(50)).connect_lazy();
    let outcome = checks::tonic::ask(&hurried, "").await;
    assert_eq!(said(&outcome), (Status::Error, Some(Cause::TimedOut)), "{outcome:?}");
}
