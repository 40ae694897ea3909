//! Kafka, or rather tansu in its place.

use healthsdk::checks::rdkafka::{self as kafka, Look};
use healthsdk::{Cause, Check, Status};
use healthsdk_tests::servers::{Kafka, Server};
use rdkafka::ClientConfig;
use rdkafka::producer::FutureProducer;

use crate::case::{Case, TIMEOUT};
use crate::matrix::Fault;
use crate::subject::{Subject, counted};

/// A producer.
pub fn producer() -> Case {
    let start = |port: Option<u16>| {
        let server = port.map_or_else(Kafka::start, Kafka::start_behind)?;
        Ok(counted(server, Server::connections))
    };
    Case::new("rdkafka, tansu in place of Kafka", start, |port| async move { Producer::connect(port) })
        .says(
            Fault::Killed,
            Status::Error,
            Cause::Disconnected,
            "the client does not tell why it cannot connect",
        )
        .runs(20, "each blocks its thread until it ends by itself")
}

struct Producer(FutureProducer);

impl Producer {
    fn connect(port: u16) -> Self {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", format!("127.0.0.1:{port}"));
        config.set("reconnect.backoff.ms", "20").set("reconnect.backoff.max.ms", "100");
        Self(config.create().expect("a legal configuration"))
    }
}

impl Subject for Producer {
    /// Of all topics: the server forgets its topics when it is started anew.
    fn check(&self) -> Check {
        let within = TIMEOUT.mul_f64(0.95);
        kafka::of("kafka", self.0.clone(), Look::at_all().within(within))
    }

    /// To the address that it was given, and to the one that it was told there.
    fn limit(&self) -> usize {
        2
    }
}
