//! RabbitMQ.

use std::sync::Arc;
use std::time::Duration;

use healthsdk::{Cause, Check, Status, checks};
use healthsdk_tests::servers::{Rabbitmq, Server};
use lapin::{Connection, ConnectionProperties};

use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, counted};

const RIGHT: &str = "guest";

/// A connection with automatic recovery.
pub fn recovering() -> Case {
    Case::new(
        "lapin, recovering",
        |_| Ok(counted(Rabbitmq::start()?, Server::connections)),
        |port| Channelled::connect(port, RIGHT),
    )
    .wrong_password(|port| Channelled::connect(port, "wrong"))
    .says(
        Fault::Killed,
        Status::Error,
        Cause::Disconnected,
        "the client does not tell why it cannot connect",
    )
}

/// The connection, or why there is none.
struct Channelled(Result<Arc<Connection>, lapin::Error>);

impl Channelled {
    async fn connect(port: u16, password: &str) -> Self {
        let pause = Duration::from_millis(20);
        // With recovery, a client whose first login fails would try for ever.
        let properties = match password {
            RIGHT => ConnectionProperties::default().enable_auto_recover().configure_backoff(|backoff| {
                backoff.with_min_delay(pause).with_max_delay(pause).with_max_times(usize::MAX)
            }),
            _ => ConnectionProperties::default(),
        };
        let url = format!("amqp://guest:{password}@127.0.0.1:{port}/%2f");
        Self(Connection::connect(&url, properties).await.map(Arc::new))
    }
}

impl Subject for Channelled {
    fn check(&self) -> Check {
        let current = self.0.clone();
        checks::lapin::of_current("rabbitmq", move || current.clone())
    }
}
