//! Kubernetes' own words, byte for byte, for callers whom details are allowed; and what strangers are told in them.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use healthsdk::{Check, Details, Kind, Monitor, MonitorBuilder, Outcome, Paths};
use healthsdk_tests::http::{self, Answer};
use healthsdk_tests::{Service, eventually, need, servers};

const SOON: Duration = Duration::from_secs(20);
const TOKEN: &str = "a-token-that-nobody-guesses";

const BAD: &str = "[+]ping ok\n[-]bad failed: reason withheld\nreadyz check failed\n";

/// Who asks.
#[derive(Clone, Copy, PartialEq)]
enum Caller {
    Friend,
    Stranger,
}
use Caller::{Friend, Stranger};

fn ask(service: &Service, caller: Caller, path: &str) -> Answer {
    let token = if caller == Friend { format!("Authorization: Bearer {TOKEN}\r\n") } else { String::new() };
    let raw = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n{token}Connection: close\r\n\r\n"
    );
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

#[track_caller]
fn assert_text(service: &Service, caller: Caller, path: &str, status: u16, body: &str) {
    let answer = ask(service, caller, path);
    assert_eq!((answer.status, answer.text()), (status, body), "{path}");
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
}

fn builder() -> MonitorBuilder {
    Monitor::builder().linked(false).details(Details::bearer(TOKEN))
}

fn ping() -> Check {
    Check::new("ping", || async {})
}

fn bad(name: &'static str) -> Check {
    Check::new(name, || async { Err::<(), _>("this will fail") }).failure_threshold(1)
}

/// Once every check has run.
fn serve(monitor: &Monitor) -> Service {
    let service = Service::start(monitor.probes());
    eventually("every check has run", SOON, || {
        let body = ask_json(&service, "/health").text().to_owned();
        !body.contains("not run yet") && !body.contains("process/server")
    });
    service
}

fn ask_json(service: &Service, path: &str) -> Answer {
    let raw = format!("GET {path} HTTP/1.0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    http::request(service.addr(), raw.as_bytes()).expect("it answers")
}

fn service(builder: MonitorBuilder) -> Service {
    serve(&builder.build().expect("the checks are legal"))
}

#[test]
fn with_nothing_but_a_ping_the_table_holds() {
    let service = service(builder().check(ping()));
    for (request, body) in [
        ("", "ok"),
        ("?verbose", "[+]ping ok\nreadyz check passed\n"),
        ("?verbose=false", "[+]ping ok\nreadyz check passed\n"),
        ("?exclude=dontexist", "ok"),
        ("?verbose&exclude=ping", "[+]ping excluded: ok\nreadyz check passed\n"),
        ("/ping", "ok"),
        ("/ping?verbose", "ok"),
    ] {
        assert_text(&service, Friend, &format!("/readyz{request}"), 200, body);
    }
}

#[test]
fn with_a_check_that_fails_the_table_holds() {
    for code in [503, 500] {
        let service = service(builder().check(ping()).check(bad("bad")).failure_code(code));
        for (request, status, body) in [
            ("", code, BAD),
            ("?verbose", code, BAD),
            (
                "?exclude=ping",
                code,
                "[+]ping excluded: ok\n[-]bad failed: reason withheld\nreadyz check failed\n",
            ),
            ("?exclude=bad", 200, "ok"),
            ("?exclude=ping&exclude=bad", 200, "ok"),
            ("?verbose=true&exclude=bad", 200, "[+]ping ok\n[+]bad excluded: ok\nreadyz check passed\n"),
            (
                "?verbose=true&exclude=bad&exclude=dontexist",
                200,
                "[+]ping ok\n[+]bad excluded: ok\nwarn: some health checks cannot be excluded: no matches for \
                 \"dontexist\"\nreadyz check passed\n",
            ),
            ("/ping", 200, "ok"),
            ("/bad", code, "internal server error: this will fail\n"),
            ("/bad?exclude=bad", code, "internal server error: this will fail\n"),
        ] {
            assert_text(&service, Friend, &format!("/readyz{request}"), status, body);
        }
    }
}

#[test]
fn the_text_is_asked_for_by_the_query_as_well() {
    let service = service(builder().check(ping()));
    for query in ["verbose", "verbose=1", "exclude=x", "format=kubernetes"] {
        let answer = ask_json(&service, &format!("/readyz?{query}"));
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{query}");
        assert!(answer.text().contains("ok"), "{query}");
    }
    assert_eq!(ask_json(&service, "/readyz?format=json").json()["status"], "ok");
}

#[test]
fn names_without_a_match_are_quoted_in_one_line() {
    let service = service(builder().check(ping()));
    let expected = "[+]ping ok\nwarn: some health checks cannot be excluded: no matches for \
                    \"\",\"a\\nb\",\"etcd\",\"log\"\nreadyz check passed\n";
    let path = "/readyz?verbose&exclude=log&exclude=etcd&exclude=log&exclude=&exclude=a%0Ab";
    assert_text(&service, Friend, path, 200, expected);
}

#[test]
fn a_tag_excludes_its_group_and_a_name_goes_before_it() {
    let checks = builder()
        .check(ping())
        .check(bad("x").tags(["grp", "other"]))
        .check(bad("y").tags(["grp"]))
        .check(bad("z").tags(["last"]));
    let service = service(checks);
    assert_text(
        &service,
        Friend,
        "/readyz?verbose&exclude=grp&exclude=y&exclude=last",
        200,
        "[+]ping ok\n[+]x excluded with grp: ok\n[+]y excluded: ok\n[+]z excluded with last: ok\nreadyz check passed\n",
    );
    let failing = "[+]ping ok\n[+]x excluded with grp: ok\n[+]y excluded with grp: ok\n[-]z failed: reason withheld\n\
                   readyz check failed\n";
    assert_text(&service, Friend, "/readyz?exclude=grp", 503, failing);
}

#[test]
fn a_degraded_check_is_listed_as_such_and_passes() {
    let redis = Check::new("redis", || async { Outcome::degraded("cold") }).tags(["cache"]);
    let service = service(builder().check(ping()).check(redis));
    for (request, body) in [
        ("", "ok"),
        ("?verbose", "[+]ping ok\n[+]redis degraded\nreadyz check passed\n"),
        ("?verbose&exclude=redis", "[+]ping ok\n[+]redis excluded: ok\nreadyz check passed\n"),
        ("/redis", "ok"),
    ] {
        assert_text(&service, Friend, &format!("/readyz{request}"), 200, body);
    }
}

#[test]
fn where_there_is_no_check_there_is_a_ping() {
    let some = service(builder().check(Check::new("database", || async {})));
    for (request, status, body) in [
        ("/livez", 200, "ok"),
        ("/livez?verbose", 200, "[+]ping ok\nlivez check passed\n"),
        ("/livez?verbose&exclude=ping", 200, "[+]ping excluded: ok\nlivez check passed\n"),
        ("/livez/ping", 200, "ok"),
        ("/readyz?verbose", 200, "[+]database ok\nreadyz check passed\n"),
        ("/readyz/ping", 404, "no such check\n"),
    ] {
        assert_text(&some, Friend, request, status, body);
    }
    assert_eq!(ask_json(&some, "/livez/ping").json()["status"], "ok");
    let none = service(builder().allow_empty());
    for endpoint in ["livez", "readyz", "startupz", "health"] {
        let body = format!("[+]ping ok\n{endpoint} check passed\n");
        assert_text(&none, Friend, &format!("/{endpoint}?verbose"), 200, &body);
    }
}

#[test]
fn what_the_process_says_is_listed_and_cannot_be_excluded() {
    let monitor = builder().check(ping()).build().expect("it is legal");
    let gate = monitor.startup_gate("warm");
    let service = serve(&monitor);
    let listed = "[+]ping ok\n[-]startup/warm failed: reason withheld\nreadyz check failed\n";
    assert_text(&service, Friend, "/readyz", 503, listed);
    assert_text(
        &service,
        Friend,
        "/startupz/startup/warm",
        503,
        "internal server error: startup gate is closed\n",
    );
    gate.done();
    assert_text(&service, Friend, "/readyz/startup/warm", 404, "no such check\n");
    assert_text(&service, Friend, "/readyz", 200, "ok");
    monitor.drain();
    let listed = "[+]ping ok\n[-]process/draining failed: reason withheld\n";
    assert_text(&service, Friend, "/readyz", 503, &format!("{listed}readyz check failed\n"));
    for name in ["process/draining", "process%2Fdraining", "process%2fdraining", "%70rocess/draining"] {
        let warned = format!(
            "{listed}warn: some health checks cannot be excluded: no matches for \"process/draining\"\nreadyz \
             check failed\n"
        );
        assert_text(&service, Friend, &format!("/readyz?exclude={name}"), 503, &warned);
        let reason = "internal server error: draining\n";
        assert_text(&service, Friend, &format!("/readyz/{name}"), 503, reason);
    }
    assert_text(&service, Friend, "/livez", 200, "ok");
    let withheld = "[-]readyz failed: reason withheld\nreadyz check failed\n";
    assert_text(&service, Stranger, "/readyz?exclude=process/draining", 503, withheld);
}

#[test]
fn readiness_that_waits_for_a_startup_check_is_told_of() {
    let service = service(builder().check(ping()).check(bad("migrated").kind(Kind::Startup)));
    let body = "[+]ping ok\n[-]process/starting failed: reason withheld\nreadyz check failed\n";
    assert_text(&service, Friend, "/readyz", 503, body);
    assert_text(
        &service,
        Friend,
        "/startupz",
        503,
        "[-]migrated failed: reason withheld\nstartupz check failed\n",
    );
    assert_text(
        &service,
        Friend,
        "/readyz/process/starting",
        503,
        "internal server error: a startup check has not passed yet\n",
    );
    let told = ask_json(&service, "/readyz").json();
    assert_eq!(told["checks"]["process/starting"]["status"], "error");
}

#[test]
fn strangers_are_told_no_name_and_exclude_nothing() {
    let checks =
        builder().check(ping()).check(bad("bad").tags(["grp"])).check(bad("start").kind(Kind::Startup));
    let service = service(checks);
    for endpoint in ["readyz", "startupz", "health"] {
        let failed = format!("[-]{endpoint} failed: reason withheld\n{endpoint} check failed\n");
        for query in ["", "?verbose", "?exclude=bad&exclude=start", "?exclude=grp", "?exclude=x"] {
            assert_text(&service, Stranger, &format!("/{endpoint}{query}"), 503, &failed);
        }
    }
    assert_text(&service, Stranger, "/livez", 200, "ok");
    assert_text(&service, Stranger, "/livez?verbose", 200, "[+]livez ok\nlivez check passed\n");
    assert_text(&service, Stranger, "/livez?verbose&exclude=x", 200, "[+]livez ok\nlivez check passed\n");
}

#[test]
fn to_strangers_a_path_below_is_the_same_404_whether_there_is_a_check_or_not() {
    let service = service(builder().check(ping()).check(bad("bad")));
    for method in ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PATCH"] {
        let told = ["bad", "ping", "none", "process%2Fdraining", "%FF", "a/b/c", "bad?verbose", "bad?wait=1h"].map(|name| {
            let raw = format!(
                "{method} /readyz/{name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let mut answer = http::request(service.addr(), raw.as_bytes()).expect("it answers");
            answer.headers.retain(|(name, _)| name != "date");
            (answer.status, answer.headers, answer.body)
        });
        assert_eq!(told[0].0, 404, "{method}");
        assert!(told.iter().all(|one| *one == told[0]), "{method}: {told:?}");
    }
}

#[test]
fn the_last_line_names_the_path_as_it_is_mounted() {
    let paths = Paths::default().readiness("/internal/ready/").liveness("/alive").everything("/");
    let service = {
        let monitor = builder().check(ping()).paths(paths).build().expect("it is legal");
        let service = Service::start(monitor.probes());
        eventually("it is ready", SOON, || ask(&service, Friend, "/internal/ready").status == 200);
        service
    };
    for (path, name) in
        [("/internal/ready", "ready"), ("/internal/ready/", "ready"), ("/alive", "alive"), ("/", "health")]
    {
        let body = format!("[+]ping ok\n{name} check passed\n");
        assert_text(&service, Friend, &format!("{path}?verbose"), 200, &body);
    }
    assert_text(&service, Friend, "/internal/ready/ping", 200, "ok");
    assert_eq!(ask(&service, Friend, "/ping").status, 404, "below `/` is the rest of the service");
}

#[test]
fn kubectl_reads_it_as_it_reads_an_apiserver() {
    let Some(kubectl) = need!(servers::client("kubectl", "kubernetes-client")) else { return };
    // It shows the body of a failure only where the code is 500.
    let checks = builder().details(Details::Always).failure_code(500).check(ping()).check(bad("bad"));
    let service = service(checks);
    let get = |path: &str| {
        let mut command = Command::new(&kubectl);
        command.args(["--server", &service.url(""), "--request-timeout", "10s", "get", "--raw", path]);
        let output = command.env("KUBECONFIG", "/dev/null").output().expect("it runs");
        (
            output.status.success(),
            String::from_utf8(output.stdout).expect("text") + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let excluded = "[+]ping ok\n[+]bad excluded: ok\nreadyz check passed\n";
    assert_eq!(get("/readyz?verbose&exclude=bad"), (true, excluded.to_owned()));
    let (passed, told) = get("/readyz?verbose");
    assert!(!passed && told.contains("[-]bad failed: reason withheld"), "{told}");
}

/// One file for each caller: the request, the code, the body. `UPDATE_EXPECT=1` writes them anew.
#[test]
fn every_form_is_as_in_the_golden_files() {
    let service = service(
        builder()
            .check(ping().kind(Kind::Liveness).kind(Kind::Readiness))
            .check(Check::new("redis", || async { Outcome::degraded("cold") }).tags(["cache"]))
            .check(bad("postgres").tags(["storage"]))
            .check(Check::new("migrated", || async {}).kind(Kind::Startup)),
    );
    for (caller, golden) in
        [(Friend, "golden/kubernetes-authorised.txt"), (Stranger, "golden/kubernetes-stranger.txt")]
    {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(golden);
        let mut told = String::new();
        for endpoint in ["livez", "readyz", "startupz", "health"] {
            for rest in
                ["", "?verbose", "?exclude=storage&verbose", "?exclude=none", "/postgres", "/redis", "/none"]
            {
                let answer = ask(&service, caller, &format!("/{endpoint}{rest}"));
                let (status, body) = (answer.status, answer.text());
                let _ = write!(told, "> /{endpoint}{rest}\n{status}\n{body}\n");
            }
        }
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, &told).expect("the file can be written");
        }
        assert_eq!(told, fs::read_to_string(&file).expect("the file is there"), "{golden}");
    }
}
