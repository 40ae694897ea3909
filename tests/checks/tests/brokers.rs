//! What brokers say that is neither health nor a fault of the connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::ConnectOptions;
use healthsdk::checks::async_nats::Events;
use healthsdk::checks::rdkafka::Look;
use healthsdk::{Cause, Check, Monitor, Outcome, Selection, Status, checks};
use healthsdk_tests::need;
use healthsdk_tests::servers::{Nats, Rabbitmq};
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Connection, ConnectionProperties};
use nix::sys::signal::Signal;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, Producer};
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(10);

fn said(outcome: &Outcome) -> (Status, Option<Cause>) {
    (outcome.status(), outcome.cause())
}

async fn becomes(status: Status, cause: Option<Cause>, ask: impl AsyncFn() -> Outcome) -> Outcome {
    let asked = async {
        loop {
            let outcome = ask().await;
            if said(&outcome) == (status, cause) {
                return outcome;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, asked).await.unwrap_or_else(|_| panic!("it never says {status:?}, {cause:?}"))
}

fn watch(check: Check) -> Monitor {
    let check = check.ttl(Duration::from_millis(1)).failure_threshold(1).success_threshold(1);
    Monitor::builder().linked(false).deadline(SOON).check(check).build().expect("the check is legal")
}

async fn status(monitor: &Monitor) -> Status {
    sleep(Duration::from_millis(5)).await;
    monitor.report(Selection::everything()).await.status()
}

#[tokio::test]
async fn an_alarm_that_blocks_publishers_is_degraded_while_it_lasts() {
    let Some(rabbit) = need!(Rabbitmq::start()) else { return };
    let connection = connect(&rabbit.url()).await;
    let (health, publisher) = (channel(&connection).await, channel(&connection).await);
    let ping = async || checks::lapin::ping(&connection, &health).await;
    assert_eq!(said(&ping().await), (Status::Ok, None));

    rabbit.set_memory_alarm(true);
    assert_eq!(said(&ping().await), (Status::Ok, None), "the broker tells only who publishes");
    let publish = publisher.basic_publish(
        "".into(),
        "nobody".into(),
        BasicPublishOptions::default(),
        b"",
        BasicProperties::default(),
    );
    publish.await.expect("a message can be written").await.expect("nothing is to be confirmed");
    becomes(Status::Degraded, Some(Cause::Unavailable), ping).await;

    rabbit.set_memory_alarm(false);
    becomes(Status::Ok, None, ping).await;
}

#[tokio::test]
async fn a_connection_that_the_application_replaces_is_checked_from_then_on() {
    let Some(rabbit) = need!(Rabbitmq::start()) else { return };
    let current = Arc::new(Mutex::new(Arc::new(connect(&rabbit.url()).await)));
    let asked = Arc::clone(&current);
    let present = move || Ok(Arc::clone(&asked.lock().expect("nobody panics")));
    let monitor = watch(checks::lapin::of_current("rabbitmq", present));
    assert_eq!(status(&monitor).await, Status::Ok);

    let first = Arc::clone(&current.lock().expect("nobody panics"));
    first.close(200, "OK".into()).await.expect("it was open");
    assert_eq!(status(&monitor).await, Status::Error);

    *current.lock().expect("nobody panics") = Arc::new(connect(&rabbit.url()).await);
    assert_eq!(status(&monitor).await, Status::Ok);
}

#[tokio::test]
async fn runs_dropped_while_their_channel_opens_leave_one_channel() {
    let Some(mut rabbit) = need!(Rabbitmq::start()) else { return };
    let connection = Arc::new(connect(&rabbit.url()).await);
    let check = checks::lapin::of("rabbitmq", Arc::clone(&connection)).timeout(Duration::from_millis(20));
    let monitor = watch(check.cancel_after(Duration::from_millis(20)));
    rabbit.pause();
    for _ in 0..20 {
        assert_eq!(status(&monitor).await, Status::Error);
        sleep(Duration::from_millis(20)).await;
    }
    rabbit.resume();
    let passes = async { while status(&monitor).await != Status::Ok {} };
    timeout(SOON, passes).await.expect("it passes again");
    // The client numbers its channels one after the other.
    assert_eq!(channel(&connection).await.id(), 2);
}

#[tokio::test]
async fn a_lame_duck_is_degraded() {
    let Some(mut nats) = need!(Nats::start()) else { return };
    let (client, events) = listening(ConnectOptions::new(), &nats.url()).await;
    assert_eq!(said(&events.ping(&client).await), (Status::Ok, None));
    nats.signal(Signal::SIGUSR2);
    becomes(Status::Degraded, Some(Cause::Unavailable), async || events.ping(&client).await).await;
}

#[tokio::test]
async fn a_client_without_echo_is_told_that_nobody_listens() {
    let Some(nats) = need!(Nats::start()) else { return };
    let (client, events) = listening(ConnectOptions::new().no_echo(), &nats.url()).await;
    assert_eq!(said(&events.ping(&client).await), (Status::Ok, None));
}

#[tokio::test]
async fn an_account_that_may_not_publish_is_told_so() {
    let users = r#"authorization { users = [{
        user: test, password: right, permissions: { publish: "orders.>", subscribe: ">" } }] }"#;
    let Some(nats) = need!(Nats::start_from(&[("users", users)], &["--config", "users"])) else { return };
    let options = ConnectOptions::with_user_and_password("test".into(), "right".into());
    let (client, events) = listening(options, &nats.url()).await;
    let ping = timeout(SOON, events.ping(&client)).await.expect("it ends");
    assert_eq!(said(&ping), (Status::Error, Some(Cause::Unauthenticated)), "{ping:?}");
    let jetstream = timeout(SOON, events.jetstream(&client, None)).await.expect("it ends");
    assert_eq!(said(&jetstream), (Status::Error, Some(Cause::Unauthenticated)), "{jetstream:?}");
}

/// The mock cluster of librdkafka, in place of Kafka.
#[test]
fn brokers_and_topics_that_are_missing_are_degraded() {
    let cluster = MockCluster::new(3).expect("a mock cluster can be made");
    cluster.create_topic("orders", 3, 1).expect("a topic can be made");
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", cluster.bootstrap_servers()).set("group.id", "health");
    let producer: BaseProducer = config.create().expect("a legal configuration");
    let look = Look::at("orders").brokers(3).within(Duration::from_secs(2));
    let ask = || checks::rdkafka::metadata(producer.client(), &look);
    let healthy = ask();
    assert_eq!(said(&healthy), (Status::Ok, None), "{healthy:?}");
    assert_eq!((&healthy.data()["brokers"], &healthy.data()["partitions"]), (&3.into(), &3.into()));

    let consumer: BaseConsumer = config.create().expect("a legal configuration");
    let missing = checks::rdkafka::metadata(consumer.client(), &Look::at("nothing"));
    assert_eq!(said(&missing), (Status::Degraded, None), "{missing:?}");

    cluster.broker_down(1).expect("a broker can go");
    let fewer = ask();
    assert_eq!(said(&fewer), (Status::Degraded, Some(Cause::Unavailable)), "{fewer:?}");
    assert_eq!(fewer.message(), Some("2 of 3 brokers"));

    for broker in [2, 3] {
        cluster.broker_down(broker).expect("a broker can go");
    }
    let none = ask();
    assert_eq!(none.status(), Status::Error, "{none:?}");
}

async fn connect(url: &str) -> Connection {
    Connection::connect(url, ConnectionProperties::default()).await.expect("the broker is up")
}

async fn channel(connection: &Connection) -> lapin::Channel {
    connection.create_channel().await.expect("the connection is new")
}

async fn listening(options: ConnectOptions, url: &str) -> (async_nats::Client, Events) {
    let events = Events::default();
    let heard = events.clone();
    let options = options.event_callback(move |event| {
        heard.note(&event);
        async {}
    });
    (options.connect(url).await.expect("the server is up"), events)
}
