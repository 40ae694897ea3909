//! Throwaway servers, each on a free port of 127.0.0.1 and in its own temporary folder.
//!
//! ```no_run
//! use healthsdk_tests::need;
//! use healthsdk_tests::servers::Postgres;
//!
//! fn answers_while_postgres_hangs() {
//!     let Some(mut postgres) = need!(Postgres::start()) else { return };
//!     postgres.pause();
//! }
//! # answers_while_postgres_hangs();
//! ```

mod alertmanager;
mod asked;
mod blackbox;
mod chromium;
mod dnsmasq;
mod find;
mod haproxy;
mod kafka;
mod mariadb;
mod memcached;
mod mongo;
mod nats;
mod need;
mod node;
mod notify;
mod postgres;
mod prometheus;
mod python;
mod rabbitmq;
mod redis;
mod seaweed;
mod server;
mod systemd;

pub use asked::{Counted, Locked, PASSWORD};
pub use blackbox::Probe;
pub use chromium::Browser;
pub use find::client;
pub use haproxy::{Instances, Stat, Upstream};
pub use need::{Missing, need, test_name};
pub use node::module;
pub use notify::{Notice, NotifySocket};
pub use python::{python, tool};
pub use server::{Kind, Server};
pub use systemd::Systemd;

/// Prometheus' Alertmanager, see [`start_to`](Server::start_to).
pub type Alertmanager = Server<alertmanager::Alertmanager>;

/// A PostgreSQL server with the superuser `test`, who needs no password, and the database `postgres`.
pub type Postgres = Server<postgres::Postgres>;

/// A MariaDB server with the user `root`, who has no password, so that any password is a wrong one, and the database
/// `test`.
pub type Mariadb = Server<mariadb::Mariadb>;

/// A Redis server which stores nothing on disk.
pub type Redis = Server<redis::Redis>;

/// A RabbitMQ broker with the user and password `guest`, without plugins.
pub type Rabbitmq = Server<rabbitmq::Rabbitmq>;

/// A NATS server with JetStream; with a password, its user is `test`.
pub type Nats = Server<nats::Nats>;

/// A memcached server.
pub type Memcached = Server<memcached::Memcached>;

/// A server of Kafka's protocol: tansu, in place of Kafka, which cannot be had as a package. It holds all in memory, and
/// tells its clients to come to its own port, or to that of [`start_behind`](Server::start_behind).
pub type Kafka = Server<kafka::Kafka>;

/// A server of MongoDB's protocol: SecantusDB, in place of MongoDB, which cannot be had as a package. It has no users, so
/// that any password is a wrong one.
pub type Mongo = Server<mongo::Mongo>;

/// SeaweedFS as a server of S3, with the bucket [`BUCKET`](Server::BUCKET) for the key [`KEY`](Server::KEY) with the
/// secret [`PASSWORD`].
pub type Seaweed = Server<seaweed::Seaweed>;

/// A name server which knows one name, [`NAME`](Server::NAME), asks no other, and refuses the rest.
pub type Dnsmasq = Server<dnsmasq::Dnsmasq>;

/// The load balancer: in front of instances of a service with [`before`](Server::before), or with a configuration of
/// one's own.
pub type Haproxy = Server<haproxy::Haproxy>;

/// The driver of a headless Chromium: see [`browser`](Server::browser).
pub type Chromium = Server<chromium::Chromium>;

/// The Prometheus blackbox exporter, which asks a target in the manner of one of its modules: `http`, or `grpc`, or those
/// of a configuration of one's own.
pub type Blackbox = Server<blackbox::Blackbox>;

/// Prometheus, with a configuration of one's own; what it scrapes is asked for with [`query`](Server::query).
pub type Prometheus = Server<prometheus::Prometheus>;
