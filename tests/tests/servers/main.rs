//! The servers of the other tests: really started, killed, paused, resumed, restarted, and gone afterwards.

mod life;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use healthsdk_tests::http::{self, Client as HttpClient};
use healthsdk_tests::load::{Clients, Load};
use healthsdk_tests::servers::{
    self, Blackbox, Haproxy, Instances, Kind, Postgres, Redis, Server, Systemd, Upstream,
};
use healthsdk_tests::{Child, Service, eventually, need};
use redis::Client;
use sqlx::{Connection, PgConnection};

const SOON: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_millis(200);

#[tokio::test]
async fn postgres_answers_queries_and_keeps_its_data_over_a_restart() {
    let Some(mut postgres) = need!(Postgres::start()) else { return };
    let url = postgres.url();
    let mut client = PgConnection::connect(&url).await.expect("it answers");
    sqlx::query("CREATE TABLE kept AS SELECT 7 AS number")
        .execute(&mut client)
        .await
        .expect("a table is made");

    postgres.kill();
    refuses(&postgres);
    assert!(client.ping().await.is_err(), "an open connection is dead");

    postgres.restart();
    assert_eq!(postgres.url(), url);
    let mut client = PgConnection::connect(&url).await.expect("it answers again");
    let number: i32 =
        sqlx::query_scalar("SELECT number FROM kept").fetch_one(&mut client).await.expect("it is kept");
    assert_eq!(number, 7);
}

#[tokio::test]
async fn a_paused_postgres_hangs_on_new_and_on_open_connections() {
    let Some(mut postgres) = need!(Postgres::start()) else { return };
    let mut open = PgConnection::connect(&postgres.url()).await.expect("it answers");

    postgres.pause();
    hangs(&postgres, b"\0\0\0\x08\x04\xd2\x16\x2f");
    let query = sqlx::query("SELECT 1").execute(&mut open);
    assert!(tokio::time::timeout(SILENCE, query).await.is_err(), "an open connection hangs");

    postgres.resume();
    let again = PgConnection::connect(&postgres.url());
    tokio::time::timeout(SOON, again).await.expect("in time").expect("it answers again");
}

#[tokio::test]
async fn postgres_takes_options() {
    let Some(postgres) = need!(Postgres::start_with(&["-c", "max_connections=7"])) else { return };
    let mut client = PgConnection::connect(&postgres.url()).await.expect("it answers");
    let most: String =
        sqlx::query_scalar("SHOW max_connections").fetch_one(&mut client).await.expect("it tells");
    assert_eq!(most, "7");
}

#[test]
fn redis_answers_hangs_dies_and_comes_back() {
    let Some(mut redis) = need!(Redis::start()) else { return };
    let client = Client::open(redis.url()).expect("the URL is one");
    let answers = || {
        let mut connection = client.get_connection_with_timeout(SOON)?;
        redis::cmd("PING").query::<String>(&mut connection)
    };
    assert_eq!(answers().expect("it answers"), "PONG");

    redis.pause();
    hangs(&redis, b"PING\r\n");
    redis.resume();
    assert_eq!(answers().expect("it answers again"), "PONG");

    redis.kill();
    refuses(&redis);
    redis.restart();
    assert_eq!(answers().expect("it is back"), "PONG");
}

/// A service whose `/ready` answers 503 while it is told to, and whose `/who` is its name.
fn instance(name: &'static str) -> (Service, Arc<AtomicBool>) {
    let ready = Arc::new(AtomicBool::new(true));
    let said = Arc::clone(&ready);
    let service = Service::start(move |config| {
        let said = Arc::clone(&said);
        let ready = move || {
            let ready = said.load(Ordering::SeqCst);
            async move {
                if ready { HttpResponse::Ok().finish() } else { HttpResponse::ServiceUnavailable().finish() }
            }
        };
        config
            .route("/ready", web::get().to(ready))
            .route("/who", web::get().to(move || async move { name }));
    });
    (service, ready)
}

#[test]
fn haproxy_sends_requests_to_the_instances_that_pass_its_check() {
    for upstream in [Upstream::Closed, Upstream::Kept, Upstream::Shared] {
        let ((a, a_ready), (b, _)) = (instance("a"), instance("b"));
        let every = Duration::from_millis(50);
        let instances = Instances { every, upstream, ..Instances::new([a.addr(), b.addr()], "/ready") };
        let Some(mut haproxy) = need!(Haproxy::before(&instances)) else { return };
        let who = || http::get((Ipv4Addr::LOCALHOST, haproxy.port()).into(), "/who").text().to_owned();
        eventually("both are up", SOON, || haproxy.has_passed("s1") && haproxy.has_passed("s2"));
        let mut seen = [who(), who()];
        seen.sort();
        assert_eq!(seen, ["a", "b"], "{upstream:?}");

        a_ready.store(false, Ordering::SeqCst);
        eventually("a is out", SOON, || haproxy.state("s1") == "DOWN");
        assert_eq!(haproxy.stat("s1")["check_code"], "503");
        assert_eq!([who(), who()], ["b", "b"], "{upstream:?}");

        a_ready.store(true, Ordering::SeqCst);
        eventually("a is back", SOON, || haproxy.has_passed("s1"));
        assert_eq!(haproxy.admin("disable server instances/s2"), "");
        assert_eq!((haproxy.state("s2").as_str(), [who(), who()]), ("MAINT", ["a", "a"].map(str::to_owned)));

        haproxy.kill();
        refuses(&haproxy);
        haproxy.restart();
        eventually("both are up again", SOON, || haproxy.has_passed("s1") && haproxy.has_passed("s2"));
    }
}

/// The statistics count the connections, or all that is shown here would be what the configuration says.
#[test]
fn haproxy_keeps_its_connections_to_instances_as_told() {
    for (upstream, connections) in [(Upstream::Closed, "6"), (Upstream::Kept, "2"), (Upstream::Shared, "1")] {
        let (service, _) = instance("a");
        let instances = Instances { upstream, ..Instances::new([service.addr()], "/ready") };
        let Some(haproxy) = need!(Haproxy::before(&instances)) else { return };
        for _ in 0..2 {
            let mut client =
                HttpClient::connect((Ipv4Addr::LOCALHOST, haproxy.port()).into(), SOON).expect("it listens");
            for _ in 0..3 {
                assert_eq!(client.get("/who").expect("an answer").text(), "a");
            }
        }
        assert_eq!(haproxy.stat("s1")["connect"], connections, "{upstream:?}");
    }
}

/// Without this, no loss in a restart that loses nothing would mean little.
#[test]
fn a_load_behind_haproxy_loses_nothing_until_an_instance_dies() {
    let ((a, _), (b, _)) = (instance("a"), instance("b"));
    let instances = Instances::new([a.addr(), b.addr()], "/ready");
    let Some(haproxy) = need!(Haproxy::before(&instances)) else { return };
    eventually("both are up", SOON, || haproxy.has_passed("s1") && haproxy.has_passed("s2"));
    let clients = Clients { keep_alive: 2, one_request: 2, period: Duration::from_millis(10) };
    let load = || Load::start((Ipv4Addr::LOCALHOST, haproxy.port()).into(), "/who", clients, 4 * SOON);
    let served = |instance: &str| haproxy.stat(instance)["stot"].parse::<u64>().expect("it is a number");

    let healthy = load();
    eventually("both serve", SOON, || served("s1") > 20 && served("s2") > 20);
    let healthy = healthy.stop();
    assert_eq!(healthy.failed(), 0, "{healthy}");

    let cut = load();
    let before = served("s1");
    eventually("both serve", SOON, || served("s1") > before + 20);
    drop(a);
    eventually("a is out", SOON, || haproxy.state("s1") == "DOWN");
    let cut = cut.stop();
    assert!(cut.failed() > 0 && cut.answers[&200] > 0, "{cut}");
}

#[test]
fn haproxy_takes_a_configuration() {
    let config = "frontend f\n  bind \"127.0.0.1:${PORT}\"\n  http-request return status 418\n";
    let Some(haproxy) = need!(Haproxy::start_with_config(config)) else { return };
    assert_eq!(http::get((Ipv4Addr::LOCALHOST, haproxy.port()).into(), "/").status, 418);
    assert_eq!(haproxy.url(), format!("http://127.0.0.1:{}", haproxy.port()));
}

#[test]
fn the_blackbox_exporter_probes_http() {
    let (service, ready) = instance("a");
    let Some(blackbox) = need!(Blackbox::start()) else { return };
    let probe = || blackbox.probe(&service.url("/ready?a=1&b=2"), "http");
    let passed = probe();
    assert_eq!((passed.succeeded(), passed.value("probe_http_status_code")), (true, Some(200.0)));
    ready.store(false, Ordering::SeqCst);
    let failed = probe();
    assert_eq!((failed.succeeded(), failed.value("probe_http_status_code")), (false, Some(503.0)));
    assert_eq!(failed.value("probe_nothing"), None);
}

/// The reference implementation of gRPC's health service, with `orders` serving and `cart` not.
const GRPC_SERVER: &str = r#"
import grpc
from concurrent.futures import ThreadPoolExecutor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
server = grpc.server(ThreadPoolExecutor())
servicer = health.HealthServicer()
servicer.set("orders", health_pb2.HealthCheckResponse.SERVING)
servicer.set("cart", health_pb2.HealthCheckResponse.NOT_SERVING)
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
print(f"listening on 127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}", flush=True)
server.start()
server.wait_for_termination()
"#;

const GRPC_MODULES: &str = "\
modules:
  orders: {prober: grpc, grpc: {service: orders, preferred_ip_protocol: ip4}}
  cart: {prober: grpc, grpc: {service: cart, preferred_ip_protocol: ip4}}
";

#[test]
fn the_blackbox_exporter_probes_the_grpc_health_service_of_python() {
    let Some(python) = need!(servers::python()) else { return };
    let Some(blackbox) = need!(Blackbox::start()) else { return };
    let Some(of_services) = need!(Blackbox::start_with_config(GRPC_MODULES)) else { return };
    let server = Child::start(Command::new(python).args(["-c", GRPC_SERVER]));
    let addr = server.address().to_string();
    let serving = r#"probe_grpc_healthcheck_response{serving_status="SERVING"}"#;
    let seen = |blackbox: &Blackbox, module: &str| {
        let probe = blackbox.probe(&addr, module);
        (probe.succeeded(), probe.value(serving))
    };
    eventually("the server serves", SOON, || seen(&blackbox, "grpc") == (true, Some(1.0)));
    assert_eq!(seen(&of_services, "orders"), (true, Some(1.0)));
    assert_eq!(seen(&of_services, "cart"), (false, Some(0.0)));
}

#[test]
fn kubernetes_validate_finds_a_misspelt_field() {
    let Some(validate) = need!(servers::tool("kubernetes-validate")) else { return };
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let file = dir.path().join("pod.yaml");
    let valid = |field: &str| {
        let container =
            format!("{{name: a, image: a, livenessProbe: {{{field}: 5, httpGet: {{port: 80}}}}}}");
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [";
        std::fs::write(&file, format!("{pod}{container}]}}\n")).expect("written");
        let output =
            Command::new(&validate).args(["-k", "1.37", "--strict"]).arg(&file).output().expect("it runs");
        (output.status.success(), format!("{output:?}"))
    };
    let (passed, output) = valid("periodSeconds");
    assert!(passed, "{output}");
    let (passed, output) = valid("periodSecond");
    assert!(!passed && output.contains("periodSecond"), "{output}");
}

/// Ready at once, and alive until it finds the file `hang`.
const UNIT: &str = r#"
[Unit]
DefaultDependencies=no
[Service]
Type=notify
NotifyAccess=all
WatchdogSec=5
Restart=always
RestartSec=100ms
ExecStart=/bin/sh -c '\
    [ ! -e hang ] || rm hang; echo started; systemd-notify --ready "--status=all is well"; \
    while [ ! -e hang ]; do systemd-notify WATCHDOG=1; sleep 0.2; done; sleep 600'
"#;

#[test]
fn systemd_waits_for_its_service_and_restarts_one_that_hangs() {
    let Some(systemd) = need!(Systemd::start(UNIT)) else { return };
    eventually("it is ready", SOON, || systemd.show("ActiveState") == "active");
    assert_eq!(systemd.show("StatusText"), "all is well");
    assert_eq!((systemd.show("NRestarts"), systemd.show("Result")), ("0".to_owned(), "success".to_owned()));
    let pid = systemd.main_pid();

    std::fs::write(systemd.dir().join("hang"), "").expect("written");
    eventually("the watchdog ends it", SOON, || systemd.show("NRestarts") == "1");
    eventually("it is ready again", SOON, || systemd.show("ActiveState") == "active");
    assert_ne!(systemd.main_pid(), pid);
    assert_eq!(systemd.output().matches("started").count(), 2, "{}", systemd.output());

    systemd.systemctl(&["stop", Systemd::UNIT]);
    assert_eq!(systemd.show("ActiveState"), "inactive");
}

#[test]
fn a_dropped_systemd_leaves_nothing() {
    let Some(systemd) = need!(Systemd::start(UNIT)) else { return };
    eventually("it is ready", SOON, || systemd.show("ActiveState") == "active");
    let dir = systemd.dir().to_owned();
    assert!(processes_in(&dir).contains(&systemd.main_pid().to_string()));
    assert_eq!(cgroups_of(&dir).len(), 1);
    drop(systemd);
    assert_eq!((processes_in(&dir), cgroups_of(&dir)), (Vec::new(), Vec::new()));
    assert!(!dir.exists(), "the folder is still there");
}

#[test]
fn a_killed_test_leaves_no_systemd() {
    if let Some(told) = std::env::var_os("HEALTHSDK_TEST_KILLED") {
        let Some(systemd) = need!(Systemd::start(UNIT)) else { return };
        eventually("it is ready", SOON, || systemd.show("ActiveState") == "active");
        tell(Path::new(&told), systemd.dir());
    }
    if need!(Systemd::start(UNIT)).is_none() {
        return;
    }
    let (mut victim, dir) = victim("a_killed_test_leaves_no_systemd");
    assert_ne!((processes_in(&dir), cgroups_of(&dir)), (Vec::new(), Vec::new()));
    victim.kill().expect("the victim is killed");
    victim.wait().expect("the victim is dead");
    eventually("the victim's systemd is gone", SOON, || processes_in(&dir).is_empty());
    eventually("its cgroup and folder are gone", SOON, || cgroups_of(&dir).is_empty() && !dir.exists());
}

/// The cgroups named as this folder, in any hierarchy.
fn cgroups_of(dir: &Path) -> Vec<String> {
    let name = dir.file_name().expect("it has a name").to_str().expect("it is text");
    let output = Command::new("find").args(["/sys/fs/cgroup", "-name", name]).output().expect("find runs");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn a_dropped_blackbox_exporter_leaves_nothing_even_when_paused() {
    let Some(blackbox) = need!(Blackbox::start()) else { return };
    leaves_nothing(blackbox);
}

#[test]
fn a_dropped_haproxy_leaves_nothing_even_when_paused() {
    let Some(haproxy) = need!(Haproxy::start()) else { return };
    leaves_nothing(haproxy);
}

#[test]
fn a_dropped_postgres_leaves_nothing_even_when_paused() {
    let Some(postgres) = need!(Postgres::start()) else { return };
    leaves_nothing(postgres);
}

#[test]
fn a_dropped_redis_leaves_nothing_even_when_paused() {
    let Some(redis) = need!(Redis::start()) else { return };
    leaves_nothing(redis);
}

fn leaves_nothing<K: Kind>(mut server: Server<K>) {
    let _open = connect(&server).expect("it listens");
    let processes = processes_in(server.dir());
    assert!(processes.contains(&server.pid().to_string()), "{processes:?}");
    server.pause();
    let dir = server.dir().to_owned();
    drop(server);
    assert_eq!(processes_in(&dir), [""; 0]);
    assert!(!dir.exists(), "the folder is still there");
}

/// The test process is killed outright while its server is paused.
#[test]
fn a_killed_test_leaves_no_server() {
    if let Some(told) = std::env::var_os("HEALTHSDK_TEST_KILLED") {
        let Some(mut postgres) = need!(Postgres::start()) else { return };
        let _open = connect(&postgres).expect("it listens");
        postgres.pause();
        tell(Path::new(&told), postgres.dir());
    }
    if need!(Postgres::start()).is_none() {
        return;
    }
    let (mut victim, dir) = victim("a_killed_test_leaves_no_server");
    assert_ne!(processes_in(&dir), [""; 0]);

    victim.kill().expect("the victim is killed");
    victim.wait().expect("the victim is dead");
    eventually("the victim's server is gone", SOON, || processes_in(&dir).is_empty());
    eventually("the victim's folder is gone", SOON, || !dir.exists());
}

/// What the victim does: names the folder of its server, and waits for its end.
fn tell(told: &Path, dir: &Path) -> ! {
    std::fs::write(told, dir.as_os_str().as_encoded_bytes()).expect("written");
    loop {
        std::thread::park();
    }
}

/// A test of this file in a process of its own, which has started its server, and the folder of that.
fn victim(test: &str) -> (std::process::Child, PathBuf) {
    let told = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    let victim = Command::new(std::env::current_exe().expect("this test has a file"))
        .args(["--exact", test])
        .env("HEALTHSDK_TEST_KILLED", told.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("this test runs twice");
    let mut dir = String::new();
    eventually("the victim has a server", SOON, || {
        dir = std::fs::read_to_string(told.path()).unwrap_or_default();
        !dir.is_empty()
    });
    (victim, dir.into())
}

fn connect<K: Kind>(server: &Server<K>) -> io::Result<TcpStream> {
    TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))
}

fn refuses<K: Kind>(server: &Server<K>) {
    let refused = connect(server).expect_err("nothing listens");
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

/// A connect succeeds, and a question that is always answered is not.
fn hangs<K: Kind>(server: &Server<K>, question: &[u8]) {
    let mut stream = connect(server).expect("the kernel still accepts");
    stream.write_all(question).expect("the kernel still buffers");
    stream.set_read_timeout(Some(SILENCE)).expect("a timeout can be set");
    let silence = stream.read(&mut [0]).expect_err("nothing answers");
    assert!(matches!(silence.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{silence}");
}

/// The processes whose working folder this is, or lies in it; the system adds a word to one that is deleted.
fn processes_in(dir: &Path) -> Vec<String> {
    let dir = dir.to_string_lossy();
    let processes = std::fs::read_dir("/proc").expect("a system with /proc").flatten();
    let inside = processes.filter(|process| {
        let cwd = std::fs::read_link(process.path().join("cwd"));
        cwd.is_ok_and(|cwd| cwd.to_string_lossy().starts_with(&*dir))
    });
    inside.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}
