//! Who is told more than the status, by each way of telling callers apart, over real sockets.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::guard::GuardContext;
use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::http::Client;
use healthsdk_tests::{Logs, Service, eventually};
use tracing::Level;

const SOON: Duration = Duration::from_secs(20);
const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Where a mesh's sidecar connects from.
const MESH: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 6);
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

fn monitor(details: Details) -> Monitor {
    let check = Check::new("fine", || async {});
    Monitor::builder().linked(false).check(check).details(details).build().expect("it is legal")
}

fn service(details: Details) -> Service {
    Service::start(monitor(details).probes())
}

/// Whether this caller is told names, or else the status alone. `head` is the request line's address and the headers.
fn is_told(addr: SocketAddr, from: Ipv4Addr, target: &str, headers: &[&str]) -> bool {
    let head = [headers, &["Connection: close", "", ""]].concat().join("\r\n");
    let raw = format!("GET {target} HTTP/1.1\r\n{head}");
    let mut client = Client::connect_from(from, addr, SOON).expect("it listens");
    let answer = client.request(raw.as_bytes()).expect("it answers");
    let told = answer.text().contains("\"fine\"");
    let terse = ["ok", "degraded", "error"].map(|status| format!(r#"{{"status":"{status}"}}"#));
    // actix-web itself takes no request without a host.
    let refused = answer.status == 400 && answer.body.is_empty();
    assert!(told || refused || terse.iter().any(|terse| terse == answer.text()), "{answer:?}");
    told
}

fn tells(service: &Service, from: Ipv4Addr, headers: &[&str]) -> bool {
    let headers: Vec<_> = ["Host: localhost"].iter().chain(headers).copied().collect();
    is_told(service.addr(), from, "/health", &headers)
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

#[test]
fn loopback_tells_who_calls_from_this_machine() {
    let service = service(Details::loopback());
    for host in ["localhost", "localhost:8080", "127.0.0.1", "[::1]:80"] {
        assert!(is_told(service.addr(), HERE, "/health", &[&format!("Host: {host}")]), "{host}");
    }
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        let six = Service::start_at(Ipv6Addr::LOCALHOST.into(), monitor(Details::loopback()).probes());
        let mut client = Client::connect(six.addr(), SOON).expect("it listens");
        assert!(client.get("/health").expect("it answers").text().contains("fine"));
    }
}

#[test]
fn loopback_does_not_tell_whom_a_mesh_delivers() {
    assert!(!tells(&service(Details::loopback()), MESH, &[]));
}

#[test]
fn loopback_does_not_tell_where_the_server_listens_to_others_too() {
    let service = Service::start_at(ANYWHERE, monitor(Details::loopback()).probes());
    assert!(!tells(&service, HERE, &[]));
}

/// What proxies add.
const PASSED_ON: [&str; 16] = [
    "Forwarded: for=127.0.0.1",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Host: localhost",
    "X-Forwarded-Proto: https",
    "x-forwarded-client-cert: x",
    "X-Real-IP: 127.0.0.1",
    "Via: 1.1 proxy",
    "X-Envoy-External-Address: 127.0.0.1",
    "X-Envoy-Expected-Rq-Timeout-Ms: 15000",
    "True-Client-IP: 127.0.0.1",
    "CF-Connecting-IP: 127.0.0.1",
    "X-Client-IP: 127.0.0.1",
    "X-Cluster-Client-IP: 127.0.0.1",
    "Fastly-Client-IP: 127.0.0.1",
    "X-Original-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For:",
];

#[test]
fn loopback_does_not_tell_whose_request_was_passed_on() {
    let service = service(Details::loopback());
    for header in PASSED_ON {
        assert!(!tells(&service, HERE, &[header]), "{header}");
    }
}

#[test]
fn loopback_does_not_tell_a_page_that_turned_its_name_to_this_machine() {
    let service = service(Details::loopback());
    let told = |target: &str, headers: &[&str]| is_told(service.addr(), HERE, target, headers);
    for host in
        ["evil.example", "127.0.0.1.evil.example:8080", "localhost.evil.example", "127.0.0.6", "0.0.0.0"]
    {
        assert!(!told("/health", &[&format!("Host: {host}")]), "{host}");
    }
    assert!(!told("http://evil.example/health", &["Host: localhost"]));
    assert!(told("http://localhost/health", &["Host: localhost"]));
    assert!(!told("/health", &[]), "who gives no name could be anybody");
}

#[test]
fn cidr_tells_by_the_address_of_the_connection_alone() {
    let service = service(Details::cidr(["127.0.0.6", "192.0.2.0/24"]));
    assert!(tells(&service, MESH, &[]));
    assert!(!tells(&service, HERE, &[]));
    for header in PASSED_ON.iter().copied().chain(["X-Forwarded-For: 192.0.2.1"]) {
        assert!(!tells(&service, MESH, &[header]), "{header}");
        assert!(!tells(&service, HERE, &[header]), "{header}");
    }
}

#[test]
fn cidr_knows_an_ipv4_address_inside_of_an_ipv6_one() {
    if TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).is_err() {
        eprintln!("skipped: there is no IPv6");
        return;
    }
    let details = Details::cidr(["127.0.0.6"]);
    let service = Service::start_at(Ipv6Addr::UNSPECIFIED.into(), monitor(details).probes());
    assert!(tells(&service, MESH, &[]) && !tells(&service, HERE, &[]));
}

#[test]
fn behind_a_proxy_the_right_most_address_that_is_no_proxy_counts() {
    let service = service(Details::cidr_behind(["192.0.2.0/24"], ["127.0.0.6", "10.0.0.0/8"]));
    for (header, told) in [
        ("X-Forwarded-For: 192.0.2.7", true),
        ("X-Forwarded-For: 6.6.6.6, 192.0.2.7, 10.1.2.3", true),
        ("X-Forwarded-For: 192.0.2.7, 6.6.6.6", false),
        ("X-Forwarded-For: 10.1.2.3", false),
        ("X-Forwarded-For: ::ffff:192.0.2.7", true),
        ("Forwarded: for=6.6.6.6, for=\"192.0.2.7:80\";proto=https", true),
        ("Forwarded: for=unknown", false),
        // What the proxy appended would be inside of quotes that the stranger opened.
        ("Forwarded: for=192.0.2.7;x=\", for=6.6.6.6", false),
        ("Forwarded: for=192.0.2.7;x=\"\\\"\", for=6.6.6.6", false),
        ("X-Real-IP: 192.0.2.7", false),
        ("X-Nothing: at-all", false),
    ] {
        assert_eq!(tells(&service, MESH, &[header]), told, "{header}");
        assert!(!tells(&service, HERE, &[header]), "{header}, from who is no proxy");
    }
}

#[test]
fn who_is_no_proxy_is_known_by_its_connection_where_there_are_proxies() {
    let service = service(Details::cidr_behind(["127.0.0.1"], ["127.0.0.6"]));
    assert!(tells(&service, HERE, &[]));
    assert!(!tells(&service, HERE, &["X-Forwarded-For: 127.0.0.1"]));
    assert!(tells(&service, MESH, &["X-Forwarded-For: 127.0.0.1"]));
}

#[test]
fn a_malformed_network_is_a_start_up_error_that_says_what_to_write() {
    for (details, told) in [
        (Details::cidr(["10.0.0.1/8"]), "write `10.0.0.0/8`"),
        (Details::cidr(["internal"]), "`internal` is no network"),
        (Details::cidr(["0.0.0.0/0"]), "Details::Always"),
        (Details::cidr([""; 0]), "names no network"),
        (Details::cidr_behind(["10.0.0.0/8"], ["x"]), "`Details::cidr_behind`: `x` is no network"),
        (Details::Never.or(Details::cidr_behind(["10.0.0.0/8"], [""; 0])), "names no network"),
    ] {
        let built = Monitor::builder().linked(false).allow_empty().details(details).build();
        let error = built.expect_err("it is refused").to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn each_of_several_tokens_opens_the_details() {
    let service = service(Details::bearers(["of-today", "of-yesterday"]));
    for (token, told) in [
        ("of-today", true),
        ("of-yesterday", true),
        ("of-to", false),
        ("of-todayof-today", false),
        ("", false),
    ] {
        assert_eq!(tells(&service, HERE, &[&bearer(token)]), told, "{token:?}");
    }
    for tokens in [&["fine", ""][..], &["fine", "two words"], &[]] {
        let details = Details::bearers(tokens);
        assert!(Monitor::builder().linked(false).allow_empty().details(details).build().is_err());
    }
}

#[test]
fn tokens_of_a_file_change_with_it_and_stay_while_it_cannot_be_used() {
    let logs = Logs::of_process();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("tokens");
    fs::write(&file, "# of today\nfirst-token\n\nsecond-token\n").expect("the folder is there");
    let service = service(Details::bearer_file(&file));
    let told = |token: &str| tells(&service, HERE, &[&bearer(token)]);
    assert!(told("first-token") && told("second-token"));
    assert!(!told("# of today") && !told(""));

    // As Kubernetes does with a mounted secret.
    fs::write(folder.path().join("next"), "third-token\n").expect("the folder is there");
    fs::rename(folder.path().join("next"), &file).expect("it is there");
    eventually("the new one opens", SOON, || told("third-token"));
    assert!(!told("first-token"), "and the old one does not any more");
    logs.logged(Level::INFO, "was read again: 1 tokens", SOON);

    let entry = |token: &str| {
        let mut client = Client::connect(service.addr(), SOON).expect("it listens");
        let header = bearer(token);
        let raw = format!("GET /health HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n");
        client.request(raw.as_bytes()).expect("it answers").json()["checks"]["process/token"].clone()
    };
    for (text, fault) in [("\n# nothing\n", "has no token"), ("fourth\ntwo words\n", "line 2")] {
        fs::write(&file, text).expect("the folder is there");
        eventually("it is told", SOON, || {
            let entry = entry("third-token");
            entry["status"] == "degraded"
                && entry["message"].as_str().is_some_and(|told| told.contains(fault))
        });
        assert!(!told("fourth") && !told(""));
    }
    fs::remove_file(&file).expect("it is there");
    eventually("it is told", SOON, || entry("third-token")["message"].to_string().contains("cannot be read"));
    fs::write(&file, "fifth-token").expect("the folder is there");
    eventually("it opens again", SOON, || told("fifth-token"));
    eventually("it is well again", SOON, || entry("fifth-token")["status"] == "ok");
    assert!(
        logs.lines()
            .iter()
            .all(|line| !line.to_string().contains("-token ") && !line.to_string().contains("third-token"))
    );
}

#[test]
fn a_file_without_a_legal_token_is_a_start_up_error_that_does_not_print_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("tokens");
    for (text, told) in [
        (None, "cannot be read"),
        (Some(""), "has no token"),
        (Some("# nothing"), "has no token"),
        (Some("two words"), "line 1"),
    ] {
        if let Some(text) = text {
            fs::write(&file, text).expect("the folder is there");
        }
        let built =
            Monitor::builder().linked(false).allow_empty().details(Details::bearer_file(&file)).build();
        let error = built.expect_err("it is refused").to_string();
        assert!(error.contains(told) && error.contains("bearer_file") && !error.contains("words"), "{error}");
    }
}

#[test]
fn two_files_are_both_read() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let [one, two] = ["one", "two"].map(|name| {
        let file = folder.path().join(name);
        fs::write(&file, format!("token-{name}")).expect("the folder is there");
        file
    });
    let service = service(Details::bearer_file(one).or(Details::bearer_file(&two)));
    assert!(tells(&service, HERE, &[&bearer("token-one")]) && tells(&service, HERE, &[&bearer("token-two")]));
    fs::write(two, "token-three").expect("the folder is there");
    eventually("it is read", SOON, || tells(&service, HERE, &[&bearer("token-three")]));
}

#[test]
fn listener_mode_tells_on_the_monitors_own_port_alone() {
    let monitor = monitor(Details::listener());
    let public = Service::start(monitor.probes());
    let own = monitor.serve("127.0.0.1:0").expect("a port is free");
    assert!(is_told(own.addrs()[0], HERE, "/health", &["Host: localhost"]));
    assert!(is_told(own.addrs()[0], HERE, "/readyz", &["Host: localhost"]));
    assert!(!tells(&public, HERE, &[]));
    for path in ["/readyz/fine", "/readyz/nothing"] {
        let raw = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut client = Client::connect(public.addr(), SOON).expect("it listens");
        assert_eq!(client.request(raw.as_bytes()).expect("it answers").status, 404, "{path}");
    }
}

#[test]
fn a_guard_that_panics_lets_nobody_pass_and_breaks_no_answer() {
    let logs = Logs::of_process();
    let guard = |context: &GuardContext<'_>| match context.head().headers().get("x-colleague") {
        Some(_) => true,
        None => panic!("a guard with a fault"),
    };
    let service = service(Details::when(guard));
    for _ in 0..3 {
        assert!(!tells(&service, HERE, &[]));
    }
    assert!(tells(&service, HERE, &["X-Colleague: 1"]));
    logs.logged(Level::ERROR, "the guard of `Details::when` panicked", SOON);
    assert_eq!(logs.with("the guard of `Details::when` panicked").len(), 1);
}

#[test]
fn one_of_several_ways_is_enough() {
    let details = Details::loopback().or(Details::cidr(["127.0.0.6"])).or(Details::bearer("a-token"));
    let service = service(details);
    assert!(tells(&service, HERE, &[]) && tells(&service, MESH, &[]));
    let seven = Ipv4Addr::new(127, 0, 0, 7);
    assert!(!tells(&service, seven, &[]) && tells(&service, seven, &[&bearer("a-token")]));
}

#[test]
fn nothing_that_authorises_is_printed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("tokens");
    fs::write(&file, "hidden-token").expect("the folder is there");
    let details = Details::bearers(["hidden-one", "hidden-two"]).or(Details::bearer_file(file));
    let builder = Monitor::builder().linked(false).allow_empty().details(details.clone());
    let printed = format!("{details:?} {details:#?} {builder:?}");
    let printed =
        format!("{printed} {:#?}", builder.drain_token("hidden-drain").build().expect("it is legal"));
    assert!(!printed.contains("hidden"), "{printed}");
}
