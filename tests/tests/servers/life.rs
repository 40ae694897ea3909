//! Each server that a check is proved against: it answers, hangs, comes back, dies, starts again, tells how many clients
//! it has, and is gone in the end.

use healthsdk_tests::servers::{
    Counted, Dnsmasq, Kafka, Mariadb, Memcached, Mongo, Nats, PASSWORD, Rabbitmq, Seaweed, client,
};
use sqlx::postgres::PgConnectOptions;

use super::*;

fn lives<K: Counted>(mut server: Server<K>, question: &[u8]) {
    eventually("it sees no client", SOON, || server.connections() == 0);
    let (first, second) = (speaks(&server, question), speaks(&server, question));
    eventually("it sees both clients", SOON, || server.connections() == 2);
    drop(first);
    eventually("it sees one client", SOON, || server.connections() == 1);

    server.pause();
    hangs(&server, question);
    server.resume();
    drop(speaks(&server, question));

    let url = server.url();
    server.kill();
    refuses(&server);
    dies(second);
    server.restart();
    assert_eq!((server.url(), Server::<K>::url_at(server.port())), (url.clone(), url));
    drop(speaks(&server, question));
    eventually("it sees no client", SOON, || server.connections() == 0);
    leaves_nothing(server);
}

fn speaks<K: Kind>(server: &Server<K>, question: &[u8]) -> TcpStream {
    let mut stream = connect(server).expect("it listens");
    stream.set_read_timeout(Some(SOON)).expect("a timeout can be set");
    stream.write_all(question).expect("it reads");
    stream.read_exact(&mut [0]).expect("it answers");
    stream
}

/// What the server sent before may still be on its way.
fn dies(mut stream: TcpStream) {
    let end = io::copy(&mut stream, &mut io::sink());
    assert!(end.is_ok() || end.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionReset));
}

#[test]
fn postgres_lives() {
    let Some(server) = need!(Postgres::start()) else { return };
    lives(server, b"\0\0\0\x25\0\x03\0\0user\0test\0database\0postgres\0\0");
}

#[test]
fn mariadb_lives() {
    let Some(server) = need!(Mariadb::start()) else { return };
    lives(server, b"");
}

#[test]
fn redis_lives() {
    let Some(server) = need!(Redis::start()) else { return };
    lives(server, b"PING\r\n");
}

#[test]
fn rabbitmq_lives() {
    let Some(server) = need!(Rabbitmq::start()) else { return };
    lives(server, b"AMQP\0\0\x09\x01");
}

#[test]
fn nats_lives() {
    let Some(server) = need!(Nats::start()) else { return };
    lives(server, b"");
}

#[test]
fn memcached_lives() {
    let Some(server) = need!(Memcached::start()) else { return };
    lives(server, b"version\r\n");
}

#[test]
fn kafka_lives() {
    let Some(server) = need!(Kafka::start()) else { return };
    lives(server, b"\0\0\0\x0a\0\x12\0\0\0\0\0\x07\xff\xff");
}

#[test]
fn mongo_lives() {
    let Some(server) = need!(Mongo::start()) else { return };
    lives(server, b"\x34\0\0\0\0\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0");
}

#[test]
fn seaweed_lives() {
    let Some(server) = need!(Seaweed::start()) else { return };
    lives(server, b"GET / HTTP/1.1\r\nHost: s3\r\n\r\n");
}

#[test]
fn dnsmasq_lives() {
    let Some(mut server) = need!(Dnsmasq::start()) else { return };
    let resolved = |server: &Server<_>| resolve(server, Dnsmasq::NAME);
    assert_eq!(resolved(&server).expect("it answers"), Some(Dnsmasq::ADDRESS));
    assert_eq!(resolve(&server, "other.test").expect("it answers"), None);
    server.pause();
    resolved(&server).expect_err("nothing answers");
    server.resume();
    assert_eq!(resolved(&server).expect("it answers again"), Some(Dnsmasq::ADDRESS));
    server.kill();
    resolved(&server).expect_err("nothing answers");
    server.restart();
    assert_eq!(resolved(&server).expect("it is back"), Some(Dnsmasq::ADDRESS));
    // It works in the root folder, where none of these tests looks for it.
    let process = PathBuf::from(format!("/proc/{}", server.pid()));
    assert!(process.exists());
    drop(server);
    assert!(!process.exists());
}

/// The address of a name, asked over UDP; the address is the last of an answer that has one.
fn resolve<K: Kind>(server: &Server<K>, name: &str) -> io::Result<Option<Ipv4Addr>> {
    let mut question = b"\0\x01\x01\0\0\x01\0\0\0\0\0\0".to_vec();
    for label in name.split('.') {
        question.push(u8::try_from(label.len()).expect("labels are short"));
        question.extend(label.as_bytes());
    }
    question.extend(b"\0\0\x01\0\x01");
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect((Ipv4Addr::LOCALHOST, server.port()))?;
    socket.set_read_timeout(Some(SILENCE))?;
    socket.send(&question)?;
    let mut answer = [0; 512];
    let read = socket.recv(&mut answer)?;
    let answers = answer[7];
    let address: [u8; 4] = answer[..read].last_chunk().copied().expect("an answer has a head");
    Ok((answers > 0).then(|| address.into()))
}

#[tokio::test]
async fn postgres_asks_for_the_password() {
    let Some(server) = need!(Postgres::start_with_password()) else { return };
    let options: PgConnectOptions = server.url().parse().expect("it is a URL");
    let with = |password: &str| options.clone().password(password);
    let client = PgConnection::connect_with(&with(PASSWORD)).await.expect("the password is right");
    assert_eq!(server.connections(), 1);
    client.close().await.expect("it ends");
    let refused = PgConnection::connect_with(&with("wrong")).await.expect_err("the password is wrong");
    assert_eq!(
        refused.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(),
        Some("28P01")
    );
}

#[tokio::test]
async fn postgres_refuses_a_connection_too_many() {
    let Some(server) = need!(Postgres::start_with_connections(3)) else { return };
    let connect = || async { PgConnection::connect(&server.url()).await };
    let _two = [connect().await.expect("the first"), connect().await.expect("the second")];
    assert_eq!(server.connections(), 2);
    let third = async {
        loop {
            // That which asked may not be gone at once.
            if let Ok(third) = connect().await {
                return third;
            }
        }
    };
    let _third = tokio::time::timeout(SOON, third).await.expect("there is room for a third");
    let refused = connect().await.expect_err("a fourth is too many");
    assert_eq!(
        refused.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(),
        Some("53300")
    );
}

#[test]
fn mariadb_knows_a_wrong_password() {
    let Some(server) = need!(Mariadb::start()) else { return };
    let Some(mariadb) = need!(client("mariadb", "mariadb-client")) else { return };
    let select = |password: &str| {
        let mut client = Command::new(&mariadb);
        client.args(["--no-defaults", "--host=127.0.0.1", "--protocol=tcp", "--user=root", "test"]);
        client.arg(format!("--port={}", server.port())).args(["--execute", "SELECT 1"]);
        let output = client.env("MYSQL_PWD", password).output().expect("it runs");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_eq!(select(""), "");
    assert!(select("wrong").contains("ERROR 1045"), "{}", select("wrong"));
}

#[test]
fn redis_asks_for_the_password() {
    let Some(server) = need!(Redis::start_with_password()) else { return };
    let answers = |password: &str| {
        let client =
            Client::open(server.url().replace("//", &format!("//:{password}@"))).expect("it is a URL");
        let mut connection = client.get_connection_with_timeout(SOON)?;
        redis::cmd("PING").query::<String>(&mut connection)
    };
    assert_eq!(answers(PASSWORD).expect("the password is right"), "PONG");
    answers("wrong").expect_err("the password is wrong");
    eventually("it sees no client", SOON, || server.connections() == 0);
}

#[test]
fn nats_asks_for_the_password() {
    let Some(server) = need!(Nats::start_with_password()) else { return };
    let said = |password: &str| {
        let stream = connect(&server).expect("it listens");
        stream.set_read_timeout(Some(SOON)).expect("a timeout can be set");
        let hello = format!("CONNECT {{\"verbose\":true,\"user\":\"test\",\"pass\":\"{password}\"}}\r\n");
        (&stream).write_all(hello.as_bytes()).expect("it reads");
        let mut lines = BufReader::new(&stream).lines().map(|line| line.expect("it speaks"));
        let info = lines.next().expect("it speaks first");
        assert!(info.contains(r#""jetstream":true"#), "{info}");
        lines.next().expect("it answers")
    };
    assert_eq!(said(PASSWORD), "+OK");
    assert_eq!(said("wrong"), "-ERR 'Authorization Violation'");
}

#[test]
fn rabbitmq_finds_an_alarm_when_told() {
    let Some(server) = need!(Rabbitmq::start()) else { return };
    let alarms = || server.eval("length(rabbit_alarm:get_alarms())");
    assert_eq!(alarms(), "0");
    server.set_memory_alarm(true);
    eventually("there is an alarm", SOON, || alarms() == "1");
    server.set_memory_alarm(false);
    eventually("it is over", SOON, || alarms() == "0");
}

/// Its processes are several, which the guard does not all know by number.
#[test]
fn a_killed_test_leaves_no_broker() {
    if let Some(told) = std::env::var_os("HEALTHSDK_TEST_KILLED") {
        let Some(server) = need!(Rabbitmq::start()) else { return };
        tell(Path::new(&told), server.dir());
    }
    if need!(Rabbitmq::start()).is_none() {
        return;
    }
    let (mut victim, dir) = victim("life::a_killed_test_leaves_no_broker");
    assert!(processes_in(&dir).len() > 1);
    victim.kill().expect("the victim is killed");
    victim.wait().expect("the victim is dead");
    eventually("the victim's broker is gone", SOON, || processes_in(&dir).is_empty());
    eventually("the victim's folder is gone", SOON, || !dir.exists());
}
