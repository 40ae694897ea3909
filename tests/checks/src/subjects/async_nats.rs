//! NATS.

use std::time::Duration;

use async_nats::{Client, ConnectOptions};
use healthsdk::checks::async_nats::Events;
use healthsdk::{Cause, Check, Status};
use healthsdk_tests::servers::{Missing, Nats, PASSWORD, Server};

use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Backend, Subject, counted};

/// The connection.
pub fn core() -> Case {
    case("async-nats", |client, events| events.of("nats", client))
}

/// `JetStream`.
pub fn jetstream() -> Case {
    case("async-nats, JetStream", |client, events| events.of_jetstream("jetstream", client, None))
}

fn case(name: &'static str, check: fn(Client, &Events) -> Check) -> Case {
    Case::new(name, |_| server(), move |port| Subscriber::connect(port, PASSWORD, check))
        .wrong_password(move |port| Subscriber::connect(port, "wrong", check))
        .says(
            Fault::Killed,
            Status::Error,
            Cause::Disconnected,
            "the client does not tell why it cannot connect",
        )
}

fn server() -> Result<Box<dyn Backend>, Missing> {
    Ok(counted(Nats::start_with_password()?, Server::connections))
}

struct Subscriber {
    client: Client,
    events: Events,
    check: fn(Client, &Events) -> Check,
}

impl Subscriber {
    /// Connects in the background where it has to, as a service that starts before its broker.
    async fn connect(port: u16, password: &str, check: fn(Client, &Events) -> Check) -> Self {
        let events = Events::default();
        let heard = events.clone();
        let options = ConnectOptions::with_user_and_password("test".into(), password.into())
            .retry_on_initial_connect()
            .reconnect_delay_callback(|_| Duration::from_millis(20))
            .event_callback(move |event| {
                heard.note(&event);
                async {}
            });
        let client = options.connect(format!("127.0.0.1:{port}")).await.expect("a legal address");
        Self { client, events, check }
    }
}

impl Subject for Subscriber {
    fn check(&self) -> Check {
        (self.check)(self.client.clone(), &self.events)
    }
}
