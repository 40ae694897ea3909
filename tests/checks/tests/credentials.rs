//! Credentials that expire: certificates in files that are replaced, and those that real TLS servers present.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use healthsdk::{Cause, IntoOutcome, Outcome, Status, checks};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PKCS_ECDSA_P384_SHA384};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
    version,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const DAY: Duration = Duration::from_hours(24);

/// A certificate that began so many days ago and lasts so many more; negative where it has ended.
struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

fn issue(name: &str, began: u32, left: i32) -> Issued {
    let now = SystemTime::now();
    let day = |days: i32| {
        let distance = DAY * days.unsigned_abs();
        if days < 0 { now - distance } else { now + distance + Duration::from_hours(1) }
    };
    let mut params =
        CertificateParams::new([name.to_owned(), "127.0.0.1".to_owned()]).expect("the names are good");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (now - DAY * began).into();
    params.not_after = day(left).into();
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).expect("a key can be made");
    let certificate = params.self_signed(&key).expect("it signs itself");
    Issued { certificate, key }
}

impl Issued {
    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("the key is one")
    }
}

fn in_file(path: &Path) -> Outcome {
    checks::certificate::expiry(path).into_outcome()
}

#[test]
fn a_file_is_degraded_before_its_end_and_an_error_after_it() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let path = dir.path().join("tls.crt");
    let seen = |began, left| {
        fs::write(&path, issue("orders.test", began, left).certificate.pem()).expect("it can be written");
        in_file(&path)
    };
    let fine = seen(60, 30);
    assert_eq!((fine.status(), fine.message()), (Status::Ok, None));
    assert_eq!((&fine.data()["days_left"], &fine.data()["certificates"]), (&30.into(), &1.into()));
    assert_eq!(fine.data()["subject"], "CN=orders.test");
    let soon = seen(80, 10);
    assert_eq!(
        (soon.status(), soon.message()),
        (Status::Degraded, Some("the certificate expires in 10 days"))
    );
    let over = seen(80, -10);
    assert_eq!((over.status(), over.message()), (Status::Error, Some("the certificate expired 10 days ago")));
    assert_eq!(over.data()["days_left"], -10);
}

#[test]
fn what_is_soon_depends_on_the_lifetime() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let path = dir.path().join("tls.crt");
    let status = |began, left| {
        fs::write(&path, issue("orders.test", began, left).certificate.pem()).expect("it can be written");
        in_file(&path).status()
    };
    assert_eq!(status(4, 2), Status::Ok, "2 days of 6");
    assert_eq!(status(368, 29), Status::Degraded, "29 days of 397");
    assert_eq!(status(366, 31), Status::Ok, "31 days of 397");
    fs::write(&path, issue("orders.test", 4, 2).certificate.pem()).expect("it can be written");
    let asked = checks::certificate::expiry(&path).degraded_before(DAY * 3).into_outcome();
    assert_eq!(asked.status(), Status::Degraded);
}

#[test]
fn the_first_of_a_chain_to_expire_counts_and_a_key_beside_it_does_not_matter() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let path = dir.path().join("both.pem");
    let (leaf, root) = (issue("leaf.test", 30, 60), issue("root.test", 300, -1));
    let file = leaf.key.serialize_pem() + &leaf.certificate.pem() + &root.certificate.pem();
    fs::write(&path, file).expect("it can be written");
    let outcome = in_file(&path);
    assert_eq!((outcome.status(), &outcome.data()["certificates"]), (Status::Error, &2.into()));
    assert_eq!(outcome.data()["subject"], "CN=root.test");
}

#[test]
fn what_is_no_certificate_is_an_error_that_quotes_nothing_of_the_file() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let path = dir.path().join("tls.key");
    let missing = in_file(&path);
    assert_eq!(missing.status(), Status::Error);
    assert!(
        missing.message().is_some_and(|message| message.contains("tls.key: No such file")),
        "{missing:?}"
    );
    let key = issue("orders.test", 0, 1).key.serialize_pem();
    fs::write(&path, &key).expect("it can be written");
    assert_eq!(in_file(&path).message(), Some("there is no certificate"));
    fs::write(&path, key.replace("-----END", "")).expect("it can be written");
    let broken = in_file(&path);
    assert!(broken.message().is_some_and(|message| message.ends_with("is no PEM file")), "{broken:?}");
    let garbled = "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n";
    fs::write(&path, garbled).expect("it can be written");
    let garbled = in_file(&path);
    assert_eq!(garbled.status(), Status::Error);
    assert!(!garbled.message().is_some_and(|message| message.contains("secret")), "{garbled:?}");
}

/// A TLS server which presents what it has last been given, and counts its connections.
struct Server {
    port: u16,
    config: Arc<Mutex<Arc<ServerConfig>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    async fn start(config: ServerConfig) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let config = Arc::new(Mutex::new(Arc::new(config)));
        let connections = Arc::new(Mutex::new(0));
        let (current, counted) = (Arc::clone(&config), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                *counted.lock().unwrap() += 1;
                let acceptor = TlsAcceptor::from(Arc::clone(&current.lock().unwrap()));
                tokio::spawn(async move {
                    if let Ok(mut stream) = acceptor.accept(socket).await {
                        // Until the client closes.
                        drop(stream.read(&mut [0]).await);
                    }
                });
            }
        });
        Self { port, config, connections }
    }

    async fn seen_as(&self, host: &str) -> Outcome {
        checks::tls::expiry(host, self.port).await.into_outcome()
    }
}

fn presents(issued: &Issued) -> ServerConfig {
    config(issued, &[&version::TLS13, &version::TLS12], None)
}

fn config(
    issued: &Issued,
    versions: &[&'static rustls::SupportedProtocolVersion],
    clients: Option<CertificateDer<'static>>,
) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("the versions are known");
    let builder = match clients {
        Some(root) => {
            let mut roots = RootCertStore::empty();
            roots.add(root).expect("it is a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("there is a root"))
        }
        None => builder.with_no_client_auth(),
    };
    builder.with_single_cert(issued.chain(), issued.key()).expect("the key fits")
}

#[tokio::test]
async fn a_server_is_degraded_before_its_certificate_ends_and_an_error_after_it() {
    let server = Server::start(presents(&issue("localhost", 60, 30))).await;
    let fine = server.seen_as("localhost").await;
    assert_eq!((fine.status(), &fine.data()["days_left"]), (Status::Ok, &30.into()), "{fine:?}");
    assert!(fine.data().contains_key("latency_ms"));
    // Renewed on the same port: no session is taken up again, which would show the first for ever.
    for (left, status) in [(10, Status::Degraded), (-1, Status::Error), (30, Status::Ok)] {
        *server.config.lock().unwrap() = Arc::new(presents(&issue("localhost", 60, left)));
        assert_eq!(server.seen_as("localhost").await.status(), status, "{left} days left");
    }
    assert_eq!(*server.connections.lock().unwrap(), 4, "one connection a run");
}

#[tokio::test]
async fn a_session_ticket_of_the_same_server_does_not_hide_a_new_certificate() {
    for version in [&version::TLS12, &version::TLS13] {
        let ticketer = ring::Ticketer::new().expect("a ticketer can be made");
        let with_tickets = |left| {
            let mut config = config(&issue("localhost", 60, left), &[version], None);
            config.ticketer = Arc::clone(&ticketer);
            config
        };
        let server = Server::start(with_tickets(30)).await;
        assert_eq!(server.seen_as("localhost").await.status(), Status::Ok);
        *server.config.lock().unwrap() = Arc::new(with_tickets(-1));
        assert_eq!(server.seen_as("localhost").await.status(), Status::Error, "{version:?}");
    }
}

#[tokio::test]
async fn an_address_without_a_name_has_its_certificate_too() {
    let server = Server::start(presents(&issue("localhost", 60, 30))).await;
    assert_eq!(server.seen_as("127.0.0.1").await.status(), Status::Ok);
}

#[tokio::test]
async fn a_certificate_of_another_name_is_a_wrong_answer() {
    let server = Server::start(presents(&issue("billing.test", 60, 30))).await;
    let outcome = server.seen_as("localhost").await;
    assert_eq!((outcome.status(), outcome.cause()), (Status::Error, Some(Cause::WrongAnswer)), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_of_the_client_still_shows_its_own() {
    let mut params = CertificateParams::new([]).expect("no names are good");
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key can be made"));
    let root = root.expect("it signs itself").der().clone();
    for version in [&version::TLS12, &version::TLS13] {
        let issued = issue("localhost", 80, 10);
        let server = Server::start(config(&issued, &[version], Some(root.clone()))).await;
        let outcome = server.seen_as("localhost").await;
        assert_eq!(outcome.message(), Some("the certificate expires in 10 days"), "{version:?}");
    }
}

/// What a check says of a server that answers each connection with these bytes, and closes.
async fn answered_with(bytes: &'static [u8]) -> Outcome {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("it connects");
        let read = socket.read(&mut [0; 4096]).await.expect("it says hello");
        assert_ne!(read, 0, "it says hello");
        drop(socket.write_all(bytes).await);
    });
    let outcome = checks::tls::expiry("127.0.0.1", port).await.into_outcome();
    server.await.expect("the server does not panic");
    outcome
}

#[tokio::test]
async fn faults_of_the_connection_are_told_apart() {
    assert_eq!(answered_with(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.cause(), Some(Cause::WrongAnswer));
    assert_eq!(answered_with(b"").await.cause(), Some(Cause::Disconnected));
    // A fatal alert: handshake failure.
    assert_eq!(answered_with(b"\x15\x03\x03\x00\x02\x02\x28").await.cause(), Some(Cause::Refused));
    let unused = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let SocketAddr::V4(address) = unused.local_addr().expect("it is bound") else {
        unreachable!("it is of IPv4")
    };
    drop(unused);
    let refused = checks::tls::expiry("127.0.0.1", address.port()).await.into_outcome();
    assert_eq!((refused.status(), refused.cause()), (Status::Error, Some(Cause::Refused)), "{refused:?}");
    let unresolved = checks::tls::expiry("no-such-host.invalid", 443).await.into_outcome();
    assert_eq!(unresolved.cause(), Some(Cause::Unresolved), "{unresolved:?}");
}
