//! Kafka, and what else speaks its protocol, through [`rdkafka`](https://docs.rs/rdkafka).
//!
//! - **Proves**: a broker answers a request for metadata on a connection of the client, and which brokers the cluster
//!   counts as alive. Of the topic that is named: that it is there, and that each of its partitions has a leader.
//!   Nothing is ever produced. Degraded is all that an answer can be; an error means that there was none.
//! - **Does not prove**: that each of these brokers can be reached from here, or that the account may produce or consume.
//! - **Kind**: readiness.
//! - **Timeout**: 1 s, with an interval of 10 s or more. librdkafka blocks a thread, for 800 ms at most unless
//!   [`Look::within`] says otherwise; keep this below the timeout, so that it is the check that says why. Where no broker
//!   can be reached it takes all of it, because librdkafka waits for one.
//! - **Permission**: `DESCRIBE` on the topic. None without a topic; the answer then leaves out what the account may not
//!   describe.
//! - **Cost**: one round trip, whose answer grows with what is asked. Name one topic ([`Look::at`]), and one that the
//!   service uses itself: librdkafka asks once more, by itself, for a topic that it does not know. Without one
//!   ([`Look::at_all`]) each answer holds every topic and partition of the cluster, which may be megabytes.
//!
//! A producer that asks for a topic has the broker create it where `auto.create.topics.enable` is set there, so name one that
//! exists. A consumer has not, unless `allow.auto.create.topics` is set for it.
//!
//! librdkafka connects by itself, and keeps the reason why it cannot to its log and to `ClientContext::error`: brokers that
//! refuse, that do not answer at all, and that reject the credentials are all [`Cause::Disconnected`] here.

use std::{borrow::Cow, time::Duration};

use ::rdkafka::{
    ClientContext,
    client::Client,
    consumer::{BaseConsumer, Consumer, ConsumerContext, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
    metadata::{Metadata, MetadataTopic},
    producer::{
        BaseProducer, FutureProducer, Partitioner, Producer, ProducerContext, ThreadedProducer,
        future_producer::FutureProducerContext,
    },
    util::AsyncRuntime,
};

use super::{failure::Failure, measure::Latency};
use crate::{Cause, Check, Component, Outcome};

/// What to ask the cluster for, and what to expect of it.
#[derive(Clone, Debug)]
pub struct Look {
    topic: Option<Cow<'static, str>>,
    brokers: usize,
    within: Duration,
}

impl Look {
    /// Asks for this topic alone: one that exists, and that the service uses.
    pub fn at(topic: impl Into<Cow<'static, str>>) -> Self {
        Self { topic: Some(topic.into()), ..Self::at_all() }
    }

    /// Asks for all topics. Not on a big cluster.
    pub fn at_all() -> Self {
        Self { topic: None, brokers: 1, within: Duration::from_millis(800) }
    }

    /// Fewer brokers than these are degraded. Default: 1.
    pub fn brokers(mut self, expected: usize) -> Self {
        self.brokers = expected;
        self
    }

    /// The time that the answer may take, connecting included. Default: 800 ms.
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }
}

/// Asks for metadata. Blocks its thread, so it belongs into a check that is a plain `fn`.
///
/// Data: `latency_ms`, `brokers`, `expected_brokers`, and of the topic that was named `partitions`.
///
/// ```no_run,standalone_crate
/// use actix_web::web;
/// use healthsdk::{Outcome, checks::rdkafka::{self as kafka, Look}, health_check};
/// use rdkafka::producer::{FutureProducer, Producer};
///
/// #[health_check(kind = "readiness", timeout = "1s", interval = "10s")]
/// fn kafka_orders(producer: web::Data<FutureProducer>) -> Outcome {
///     kafka::metadata(producer.client(), &Look::at("orders").brokers(3))
/// }
/// ```
pub fn metadata<C: ClientContext>(client: &Client<C>, look: &Look) -> Outcome {
    let latency = Latency::start();
    match client.fetch_metadata(look.topic.as_deref(), look.within) {
        Ok(metadata) => latency.on(seen(&metadata, look)),
        Err(error) => failure(&error).into(),
    }
}

/// A check that asks for [`metadata`], of component [`Component`](Component::Component).
///
/// ```no_run
/// # use std::time::Duration;
/// # use healthsdk::{Monitor, checks::rdkafka::{self as kafka, Look}};
/// # fn f(producer: rdkafka::producer::FutureProducer) -> Result<(), Box<dyn std::error::Error>> {
/// let kafka = kafka::of("kafka", producer, Look::at("orders").brokers(3)).interval(Duration::from_secs(10));
/// let monitor = Monitor::builder().check(kafka).build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of<K: Kafka>(name: impl Into<Cow<'static, str>>, kafka: K, look: Look) -> Check {
    Check::blocking(name, move || metadata(kafka.client(), &look)).component(Component::Component)
}

fn seen(metadata: &Metadata, look: &Look) -> Outcome {
    let brokers = metadata.brokers().len();
    let asked = look.topic.as_deref();
    let topic = metadata.topics().iter().find(|topic| Some(topic.name()) == asked);
    let outcome = if brokers < look.brokers {
        let seen = format_args!("{brokers} of {} brokers", look.brokers).to_string();
        Outcome::degraded(seen).because(Cause::Unavailable)
    } else {
        topic.map_or_else(Outcome::ok, usable)
    };
    let outcome = outcome.with("brokers", brokers).with("expected_brokers", look.brokers);
    match topic {
        Some(topic) => outcome.with("partitions", topic.partitions().len()),
        None => outcome,
    }
}

/// Whether the topic can be used, as far as the answer tells.
fn usable(topic: &MetadataTopic) -> Outcome {
    let (name, partitions) = (topic.name(), topic.partitions());
    if let Some(error) = topic.error() {
        let code = RDKafkaErrorCode::from(error);
        let outcome = Outcome::degraded(format_args!("topic {name}: {code}"));
        return match code {
            RDKafkaErrorCode::TopicAuthorizationFailed => outcome.because(Cause::Unauthenticated),
            RDKafkaErrorCode::LeaderNotAvailable => outcome.because(Cause::Unavailable),
            _ => outcome,
        };
    }
    match partitions.iter().filter(|partition| partition.leader() < 0).count() {
        0 => Outcome::ok(),
        missing => {
            let all = partitions.len();
            Outcome::degraded(format_args!("topic {name}: {missing} of {all} partitions have no leader"))
                .because(Cause::Unavailable)
        }
    }
}

fn failure(error: &KafkaError) -> Failure {
    use RDKafkaErrorCode as Code;
    let cause = match error.rdkafka_error_code() {
        Some(Code::OperationTimedOut | Code::RequestTimedOut | Code::TimedOutQueue) => Some(Cause::TimedOut),
        Some(Code::BrokerTransportFailure | Code::AllBrokersDown | Code::BrokerDestroy) => {
            Some(Cause::Disconnected)
        }
        Some(Code::Resolve) => Some(Cause::Unresolved),
        Some(
            Code::Authentication
            | Code::SaslAuthenticationFailed
            | Code::ClusterAuthorizationFailed
            | Code::TopicAuthorizationFailed,
        ) => Some(Cause::Unauthenticated),
        Some(Code::BadMessage | Code::UnsupportedVersion) => Some(Cause::WrongAnswer),
        _ => None,
    };
    Failure::of(cause, error)
}

/// The producers and consumers of rdkafka, each of which has a client.
pub trait Kafka: Send + Sync + 'static {
    /// What its client calls back.
    type Context: ClientContext;

    /// The client that it works with.
    fn client(&self) -> &Client<Self::Context>;
}

impl<K: Kafka> Kafka for std::sync::Arc<K> {
    type Context = K::Context;

    fn client(&self) -> &Client<K::Context> {
        K::client(self)
    }
}

impl<C, P> Kafka for BaseProducer<C, P>
where
    C: ProducerContext<P> + 'static,
    P: Partitioner + Send + Sync + 'static,
{
    type Context = C;

    fn client(&self) -> &Client<C> {
        Producer::client(self)
    }
}

impl<C, P> Kafka for ThreadedProducer<C, P>
where
    C: ProducerContext<P> + 'static,
    P: Partitioner + Send + Sync + 'static,
{
    type Context = C;

    fn client(&self) -> &Client<C> {
        Producer::client(self)
    }
}

impl<C, R, P> Kafka for FutureProducer<C, R, P>
where
    C: ClientContext + 'static,
    R: AsyncRuntime + Send + Sync + 'static,
    P: Partitioner + Send + Sync + 'static,
{
    type Context = FutureProducerContext<C>;

    fn client(&self) -> &Client<FutureProducerContext<C>> {
        Producer::client(self)
    }
}

impl<C: ConsumerContext + 'static> Kafka for BaseConsumer<C> {
    type Context = C;

    fn client(&self) -> &Client<C> {
        Consumer::client(self)
    }
}

impl<C, R> Kafka for StreamConsumer<C, R>
where
    C: ConsumerContext + 'static,
    R: Send + Sync + 'static,
{
    type Context = C;

    fn client(&self) -> &Client<C> {
        Consumer::client(self)
    }
}
