//! The prober in the service's own binary: each exit code against real sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::probe::{Exit, Prober};
use healthsdk::{Check, Details, Monitor};
use healthsdk_tests::{Child, Service, built, eventually, http};
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
const TOKEN: &str = "a-token-for-tests";

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probed"));
    command.args(args).env_remove("SOCKET").env("TEST_TOKEN", TOKEN);
    command
}

/// How it ended and what it said; killed where it hangs.
#[track_caller]
fn output(args: &[&str]) -> Output {
    let mut command = command(args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let end = Instant::now() + 2 * SOON;
    while child.try_wait().expect("a child can be waited for").is_none() {
        if Instant::now() > end {
            child.kill().expect("it can be killed");
            panic!("{args:?} hangs: {:?}", child.wait_with_output());
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().expect("its output can be read")
}

/// What it says on standard error, having ended with this code. Standard output is empty, and the token nowhere.
#[track_caller]
fn ends(args: &[&str], exit: Exit) -> String {
    let Output { status, stdout, stderr } = output(args);
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(i32::from(exit.code())), "{args:?}: {stdout}{stderr}");
    assert!(stdout.is_empty() && !stderr.contains(TOKEN), "{args:?}: {stdout}{stderr}");
    let lines = usize::from(exit != Exit::Healthy);
    assert_eq!(stderr.lines().count(), lines, "one line for a failure, none for a success: {stderr}");
    stderr.into_owned()
}

/// As [`ends`], for a `healthcheck` of this address.
#[track_caller]
fn asked(address: &str, exit: Exit) -> String {
    ends(&["healthcheck", address, "--timeout", "20s"], exit)
}

/// Gives each connection, with its number from 0 and the head of its request, to `answer`.
fn serve(
    listener: TcpListener,
    answer: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static,
) -> SocketAddr {
    let addr = listener.local_addr().expect("it is bound");
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for (number, mut stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
                answer(number, &head.join("\n"), &mut stream);
            });
        }
    });
    addr
}

fn loopback() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free")
}

/// A server that answers everything with these bytes.
fn canned(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> String {
    let addr = serve(loopback(), move |_, _, stream| drop(stream.write_all(bytes.as_ref())));
    format!("http://{addr}/readyz")
}

/// A server that says this at once, and nothing more for as long as it is asked.
fn stalling(start: &'static str) -> String {
    let addr = serve(loopback(), move |_, _, stream| {
        drop(stream.write_all(start.as_bytes()));
        drop(stream.read_to_end(&mut Vec::new()));
    });
    format!("http://{addr}/readyz")
}

/// A port of 127.0.0.1 that is taken, though nobody listens on it: this end of a connection.
fn refusing() -> (TcpListener, TcpStream, String) {
    let listener = loopback();
    let stream = TcpStream::connect(listener.local_addr().expect("bound")).expect("it listens");
    let url = format!("http://{}/readyz", stream.local_addr().expect("connected"));
    (listener, stream, url)
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// A real service whose readiness is this flag.
fn service(ready: &Arc<AtomicBool>) -> (Service, String) {
    let ready = Arc::clone(ready);
    let switch =
        Check::blocking(
            "switch",
            move || {
                if ready.load(Ordering::SeqCst) { Ok(()) } else { Err("switched off") }
            },
        );
    let switch = switch
        .interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(20))
        .success_threshold(1);
    let monitor = Monitor::builder().check(switch.failure_threshold(1)).details(Details::bearer(TOKEN));
    let service = Service::start(monitor.build().expect("the check is legal").probes());
    let url = service.url("/readyz");
    (service, url)
}

#[test]
fn a_healthy_service_is_0_and_an_unhealthy_one_1_with_its_status_and_words() {
    let ready = Arc::new(AtomicBool::new(true));
    let (service, url) = service(&ready);
    eventually("it is ready", SOON, || http::get(service.addr(), "/readyz").status == 200);
    asked(&url, Exit::Healthy);
    ready.store(false, Ordering::SeqCst);
    eventually("it is out", SOON, || http::get(service.addr(), "/readyz").status == 503);
    assert_eq!(asked(&url, Exit::Unhealthy), format!("healthcheck: {url}: 503: {{\"status\":\"error\"}}\n"));
    asked(&service.url("/livez"), Exit::Healthy);
}

#[test]
fn any_status_but_2xx_is_1_and_a_redirect_is_not_followed() {
    for status in [200, 204, 299] {
        asked(&canned(format!("HTTP/1.1 {status} A\r\n\r\n")), Exit::Healthy);
    }
    asked(&canned(format!("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n{OK}")), Exit::Healthy);
    asked(&canned("HTTP/1.0 200\r\n\r\nok"), Exit::Healthy);
    let healthy = canned(OK);
    for status in [101, 300, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503, 999] {
        let answer = format!("HTTP/1.1 {status} A\r\nLocation: {healthy}\r\nContent-Length: 0\r\n\r\n");
        let line = asked(&canned(answer), Exit::Unhealthy);
        assert!(line.contains(&format!(": {status}")), "{line}");
    }
}

#[test]
fn where_nothing_listens_it_is_3() {
    let (_listener, _stream, url) = refusing();
    assert!(asked(&url, Exit::Refused).contains("not connected: Connection refused"));
    let folder = folder();
    let socket = folder.path().join("a.sock");
    let address = format!("unix:{}", socket.display());
    assert!(asked(&address, Exit::Refused).contains("No such file"));
    drop(UnixListener::bind(&socket).expect("it can be made"));
    assert!(asked(&address, Exit::Refused).contains("Connection refused"));
}

/// The time limit is short, and the server's patience longer than the bound.
#[track_caller]
fn times_out(address: &str) {
    let start = Instant::now();
    let line = ends(&["healthcheck", address, "--timeout=300ms"], Exit::TimedOut);
    let took = start.elapsed();
    assert!(line.contains("timed out"), "{line}");
    assert!(took >= Duration::from_millis(300) && took < SOON, "{took:?} {line}");
}

#[test]
fn silence_is_4_wherever_it_falls() {
    times_out(&stalling(""));
    times_out(&stalling("HTTP/1.1 200 OK\r\nContent-"));
    times_out(&stalling("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"));
    times_out(&stalling("HTTP/1.1 200 OK\r\n\r\nok"));
    times_out(&stalling("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"));
}

#[test]
fn unless_said_otherwise_two_seconds_are_all() {
    let start = Instant::now();
    ends(&["healthcheck", &stalling("")], Exit::TimedOut);
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(2) && took < SOON, "{took:?}");
}

#[test]
fn an_unhealthy_status_counts_though_its_body_stalls() {
    let url = stalling("HTTP/1.1 503 A\r\nContent-Length: 30\r\n\r\nno database");
    let line = ends(&["healthcheck", &url, "--timeout=2s"], Exit::Unhealthy);
    assert!(line.contains(": 503: no database"), "{line}");
}

#[test]
fn an_answer_that_dribbles_in_byte_by_byte_is_4() {
    let addr = serve(loopback(), |_, _, stream| {
        let end = Instant::now() + 2 * SOON;
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nX: "));
        while Instant::now() < end && stream.write_all(b"a").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
        drop(stream.write_all(b"\r\n\r\n"));
    });
    times_out(&format!("http://{addr}/readyz"));
}

#[tokio::test]
async fn a_listener_whose_queue_is_full_is_4() {
    let folder = folder();
    let path = folder.path().join("full.sock");
    let socket = tokio::net::UnixSocket::new_stream().expect("a socket");
    socket.bind(&path).expect("it can be made");
    let _listener = socket.listen(0).expect("it listens");
    let _queued = std::os::unix::net::UnixStream::connect(&path).expect("one fits");
    times_out(&format!("unix:{}", path.display()));

    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
    let listener = socket.listen(0).expect("it listens");
    let addr = listener.local_addr().expect("it is bound");
    let _queued = TcpStream::connect(addr).expect("one fits");
    times_out(&format!("http://{addr}"));
}

#[test]
fn what_is_not_http_or_breaks_off_is_5() {
    for (answer, reason) in [
        ("", "closed without an answer"),
        ("SSH-2.0-OpenSSH_9.9\r\n", "does not speak HTTP/1"),
        ("HTTP/2 200 OK\r\n\r\n", "does not speak HTTP/1"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "status line"),
        ("HTTP/1.1 OK\r\n\r\n", "status line"),
        ("\x15\x03\x01\x00\x02\x02\x46", "it speaks TLS; ask the plain port"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "closed amid the answer"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "closed amid the answer"),
        ("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "length"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "colon"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunks"),
    ] {
        let line = asked(&canned(answer), Exit::Broken);
        assert!(line.contains(reason), "{answer:?}: {line}");
    }
}

#[test]
fn no_more_than_16_kib_are_read() {
    let body = "a".repeat(32 << 10);
    let long: &str = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{body}").leak();
    asked(&stalling(long), Exit::Healthy);
    let head: &str = format!("HTTP/1.1 200 OK\r\nX: {body}").leak();
    assert!(asked(&stalling(head), Exit::Broken).contains("its head has no end"));
}

#[test]
fn bad_arguments_are_64_and_told_what_is_legal() {
    let long = format!("unix:/{}", "a".repeat(200));
    let cases: &[(&[&str], &str)] = &[
        (
            &["https://127.0.0.1/readyz"],
            "https is not spoken here; ask the plain port, the separate listener",
        ),
        (&["ftp://127.0.0.1/"], "scheme is unknown"),
        (&["127.0.0.1"], "write `http://HOST:PORT/PATH`"),
        (&["http://127.0.0.1:0/"], "names no host and port"),
        (&["http://127.0.0.1:99999/"], "names no host and port"),
        (&["http://::1:80/"], "names no host and port"),
        (&["http://a b:80/"], "names no host and port"),
        (&["http://:secret@127.0.0.1:80/"], "an address carries no credentials"),
        (&["http://127.0.0.1:80/a b"], "percent-encode it"),
        (&["http://127.0.0.1:80/\r\nX: y"], "percent-encode it"),
        (&["unix:"], "no socket is named"),
        (&[&long], "no socket can be at"),
        (&[":80", ":81"], "the address is given twice"),
        (&["--timeout"], "--timeout wants a value"),
        (&["--timeout", "2"], "`500ms`, `2s` or `1m`"),
        (&["--timeout", "0s"], "`500ms`, `2s` or `1m`"),
        (&["--wait=2days"], "at most a day"),
        (&["--wait", "1s", "--wait", "2s"], "--wait is given twice"),
        (&["--verbose=yes"], "--verbose takes no value"),
        (
            &["--waiting"],
            "these are: --timeout, --wait, --token-env, --token-file, --quiet, --verbose, --help",
        ),
        (&["--token", TOKEN], "use --token-env NAME or --token-file PATH"),
        (&["--tokn=a-token-for-tests"], "`--tokn` is no option of healthcheck"),
        (&["--token-env", "NOT_SET_AT_ALL"], "NOT_SET_AT_ALL is not set"),
        (&["--token-file", "/nowhere/token"], "/nowhere/token: No such file"),
        (&["--token-file", "/dev/null"], "/dev/null is empty"),
        (&["--token-file", "/dev/null", "--token-env", "TEST_TOKEN"], "give one of them"),
    ];
    for (args, reason) in cases {
        let default: &[&str] =
            if args[0].starts_with('-') { &["healthcheck", ":80"] } else { &["healthcheck"] };
        let line = ends(&[default, args].concat(), Exit::Usage);
        assert!(line.contains(reason) && !line.contains("secret"), "{args:?}: {line}");
    }
    let line = ends(&["drain"], Exit::Usage);
    assert!(line.contains("write one: `drain http://HOST:PORT/drain` or `drain unix:SOCKET`"), "{line}");
    let line = ends(&["drain", ":80", "--wait", "1s"], Exit::Usage);
    assert!(line.contains("`--wait` is no option of drain"), "{line}");
}

/// A server that keeps the heads of requests.
fn recording(listener: TcpListener) -> (SocketAddr, mpsc::Receiver<String>) {
    let (sender, heads) = mpsc::channel();
    let addr = serve(listener, move |_, head, stream| {
        drop(sender.send(head.to_owned()));
        drop(stream.write_all(OK.as_bytes()));
    });
    (addr, heads)
}

#[test]
fn a_request_is_one_that_any_server_understands() {
    let (addr, heads) = recording(loopback());
    asked(&format!("http://{addr}/a/b?c=d"), Exit::Healthy);
    let version = env!("CARGO_PKG_VERSION");
    let rest = format!("Host: {addr}\nUser-Agent: healthsdk-probe/{version}\nAccept: */*\nConnection: close");
    assert_eq!(heads.recv_timeout(SOON).as_deref(), Ok(&*format!("GET /a/b?c=d HTTP/1.1\n{rest}")));
    ends(&["drain", &format!("http://{addr}"), "--timeout=20s"], Exit::Healthy);
    assert_eq!(
        heads.recv_timeout(SOON).as_deref(),
        Ok(&*format!("POST /drain HTTP/1.1\n{rest}\nContent-Length: 0"))
    );
}

#[test]
fn every_short_form_of_an_address_arrives() {
    let (addr, heads) = recording(loopback());
    let port = addr.port();
    let sees = |args: &[&str], path: &str, host: &str| {
        let mut command = command(&[&["healthcheck", "--timeout=20s"], args].concat());
        let status = command.env("PROBED", format!("http://{addr}/default")).status().expect("it starts");
        assert!(status.success(), "{args:?}");
        let head = heads.recv_timeout(SOON).expect("a request");
        let begins = format!("GET {path} HTTP/1.1\nHost: {host}:{port}\n");
        assert!(head.starts_with(&begins), "{args:?}: {head}");
    };
    sees(&[], "/default", "127.0.0.1");
    sees(&["/livez"], "/livez", "127.0.0.1");
    sees(&[&format!(":{port}")], "/readyz", "localhost");
    sees(&[&format!(":{port}/livez")], "/livez", "localhost");
    sees(&[&format!("127.0.0.1:{port}")], "/readyz", "127.0.0.1");
    sees(&[&format!("localhost:{port}/")], "/", "localhost");
    sees(&[&format!("HTTP://0.0.0.0:{port}")], "/readyz", "127.0.0.1");
    // The first of the two addresses, ::1, refuses.
    sees(&[&format!("http://[::]:{port}")], "/readyz", "localhost");
}

#[test]
fn ipv6_literals_arrive_with_their_brackets_and_localhost_tries_both_families() {
    let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).expect("the machine has an IPv6 loopback");
    let (addr, heads) = recording(listener);
    asked(&format!("http://{addr}"), Exit::Healthy);
    let head = heads.recv_timeout(SOON).expect("a request");
    assert!(head.contains(&format!("\nHost: [::1]:{}\n", addr.port())), "{head}");
    asked(&format!("http://localhost:{}/readyz", addr.port()), Exit::Healthy);
}

#[test]
fn waiting_ends_with_the_first_healthy_answer() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let addr = serve(loopback(), move |number, _, stream| {
        count.fetch_add(1, Ordering::SeqCst);
        let answer = ["HTTP/1.1 503 A\r\n\r\n", "", OK];
        drop(stream.write_all(answer[number.min(2)].as_bytes()));
    });
    ends(&["healthcheck", &format!("http://{addr}"), "--wait=1h", "--timeout=20s"], Exit::Healthy);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn waiting_outlasts_the_start_of_a_service_on_a_unix_socket() {
    let folder = folder();
    let (socket, ready) = (folder.path().join("a.sock"), folder.path().join("ready"));
    let address = format!("unix:{}:/readyz", socket.display());
    assert!(asked(&address, Exit::Refused).contains(&address));
    let mut gate = Child::start(&mut command(&["healthcheck", &address, "--wait", "1h", "--verbose"]));
    let mut start = command(&[]);
    let service = Child::start(start.env("SOCKET", &socket).env("READY_FILE", &ready));
    assert_eq!(service.line(), "1 checks", "without arguments it is a service");
    eventually("it listens, unready", SOON, || {
        command(&["healthcheck", &address]).status().expect("it starts").code() == Some(1)
    });
    std::fs::write(&ready, "").expect("it can be written");
    assert!(gate.wait(SOON).success());
    assert_eq!(gate.line(), format!("healthcheck: {address}: 200: {{\"status\":\"ok\"}}"));
    asked(&format!("unix:{}", socket.display()), Exit::Healthy);
    asked(&format!("unix:{}:/nothing", socket.display()), Exit::Unhealthy);
    ends(&["drain", &format!("unix:{}", socket.display()), "--timeout=20s"], Exit::Healthy);
}

#[test]
fn when_the_time_to_wait_is_up_the_last_result_is_the_code() {
    let (_listener, _stream, refusing) = refusing();
    let unhealthy = canned("HTTP/1.1 503 A\r\nContent-Length: 3\r\n\r\nno\n");
    let results = [
        (refusing, "20s", Exit::Refused),
        (unhealthy, "20s", Exit::Unhealthy),
        (stalling(""), "20s", Exit::TimedOut),
        (stalling(""), "200ms", Exit::TimedOut),
    ];
    for (url, timeout, exit) in results {
        let start = Instant::now();
        let line = ends(&["healthcheck", &url, "--wait", "1500ms", "--timeout", timeout], exit);
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(1500) && took < Duration::from_secs(18), "{took:?}");
        assert!(line.ends_with(", for 1.5s\n"), "{line}");
    }
}

#[test]
fn a_question_still_open_when_the_time_to_wait_is_up_says_nothing() {
    let addr = serve(loopback(), |number, _, stream| {
        if number == 0 {
            drop(stream.write_all(b"HTTP/1.1 503 A\r\n\r\n"));
        } else {
            drop(stream.read_to_end(&mut Vec::new()));
        }
    });
    let line =
        ends(&["healthcheck", &format!("http://{addr}"), "--wait=3s", "--timeout=20s"], Exit::Unhealthy);
    assert!(line.contains("503"), "{line}");
}

#[test]
fn a_token_from_file_or_environment_is_sent_and_never_printed() {
    let echo = serve(loopback(), |_, head, stream| {
        let sent = head.lines().find(|line| line.starts_with("Authorization: ")).unwrap_or("none");
        let length = sent.len();
        drop(write!(stream, "HTTP/1.1 403 A\r\nContent-Length: {length}\r\n\r\n{sent}"));
    });
    let echo = format!("http://{echo}");
    let folder = folder();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).expect("it can be written");
    let file = file.to_str().expect("it is text");
    for option in [["--token-file", file], ["--token-env", "TEST_TOKEN"]] {
        let line = ends(&["healthcheck", &echo, option[0], option[1]], Exit::Unhealthy);
        assert!(line.contains(": Authorization: Bearer ***"), "{line}");
    }
    assert!(asked(&echo, Exit::Unhealthy).contains(": none"));

    let ready = Arc::new(AtomicBool::new(true));
    let (service, url) = service(&ready);
    eventually("it is ready", SOON, || http::get(service.addr(), "/readyz").status == 200);
    let output =
        command(&["healthcheck", &url, "--verbose", "--token-file", file]).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("\"lifecycle\":\"ready\""), "{said}");
}

#[test]
fn a_reason_is_one_bounded_line_without_control_characters() {
    let body = format!("\r\n \x1b[31mred\u{7f}\u{9b}\té{}\nsecond line", "é".repeat(200));
    let answer = format!(
        "HTTP/1.1 500 A\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let url = canned(answer);
    let line = asked(&url, Exit::Unhealthy);
    let reason = line.strip_prefix(&format!("healthcheck: {url}: 500: ")).expect("it says where");
    let reason = reason.strip_suffix('\n').expect("a line");
    assert!(reason.starts_with(r"\u{1b}[31mred\u{7f}\u{9b}\té"), "{reason}");
    assert!(reason.len() <= 200 && reason.len() > 198, "{} bytes", reason.len());
    let output = command(&["healthcheck", &url, "--quiet"]).output().expect("it starts");
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(1), 0, 0));
}

#[test]
fn a_drain_that_is_not_there_is_1_and_says_why() {
    let url = canned("HTTP/1.1 404 A\r\nContent-Length: 0\r\n\r\n");
    let line = ends(&["drain", &url, "--timeout=20s"], Exit::Unhealthy);
    assert!(line.contains("no drain here: wrong address or token"), "{line}");
}

#[test]
fn help_is_printed_and_0() {
    for (name, default) in
        [("healthcheck", "default: http://127.0.0.1:1/readyz"), ("drain", "--timeout TIME")]
    {
        let mut command = command(&[name, "--help"]);
        let output = command.env("PROBED", "http://127.0.0.1:1/readyz").output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(
            said.contains(&format!("Usage: probed {name} [ADDRESS]")) && said.contains(default),
            "{said}"
        );
    }
}

#[test]
fn other_arguments_are_the_services_own() {
    let prober = Prober::default().url("http://127.0.0.1:1/readyz");
    for args in
        [&[][..], &["orders"], &["orders", "serve"], &["orders", "serve", "healthcheck"], &["healthcheck"]]
    {
        assert_eq!(prober.run(args), None, "{args:?}");
    }
    assert_eq!(prober.run(["orders", "healthcheck", "--nonsense"]), Some(Exit::Usage));
}

#[test]
fn a_prober_needs_nothing_of_what_its_service_needs_to_start() {
    let (_listener, stream, _) = refusing();
    let port = stream.local_addr().expect("connected").port().to_string();
    let mut command = Command::new(built("orders"));
    command.arg("healthcheck").env_clear().env("PORT", port);
    let Output { status, stderr, .. } = command.output().expect("it starts");
    assert_eq!(status.code(), Some(3), "{}", String::from_utf8_lossy(&stderr));
}

/// 2 is Docker's own.
#[test]
fn success_alone_is_0_and_nothing_is_2() {
    use Exit::{Broken, Healthy, Refused, TimedOut, Unhealthy, Usage};
    let codes = [Healthy, Unhealthy, Refused, TimedOut, Broken, Usage].map(Exit::code);
    assert_eq!(codes, [0, 1, 3, 4, 5, 64]);
}
