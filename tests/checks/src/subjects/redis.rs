//! Redis.

use std::time::Duration;

use healthsdk::Cause::TimedOut;
use healthsdk::{Check, Status, checks};
use healthsdk_tests::servers::{Missing, PASSWORD, Redis};
use redis::Client;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::case::{Case, TIMEOUT};
use crate::matrix::Fault;
use crate::subject::{Backend, Subject, counted};

pub(super) const HASTY: &str = "the client gives up an answer after 500 ms";
/// Longer than any fault lets an answer take that still counts.
pub(super) const PATIENT: Duration = TIMEOUT.saturating_mul(2);

/// One that asks for [`PASSWORD`].
pub(super) fn start(_: Option<u16>) -> Result<Box<dyn Backend>, Missing> {
    Ok(counted(Redis::start_with_password()?, Redis::connections))
}

pub(super) fn url(password: &str, port: u16) -> String {
    format!("redis://:{password}@127.0.0.1:{port}")
}

fn client(password: &str, port: u16) -> Client {
    Client::open(url(password, port)).expect("a legal address")
}

/// A `ConnectionManager`.
pub fn manager() -> Case {
    Case::new("redis, ConnectionManager", start, |port| async move { Manager::new(PASSWORD, port) })
        .wrong_password(|port| async move { Manager::new("wrong", port) })
}

struct Manager(ConnectionManager);

impl Manager {
    fn new(password: &str, port: u16) -> Self {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENT))
            .set_connection_timeout(Some(PATIENT))
            .set_number_of_retries(0);
        Self(client(password, port).get_connection_manager_lazy(config).expect("a legal address"))
    }
}

impl Subject for Manager {
    fn check(&self) -> Check {
        checks::redis::of("redis", self.0.clone())
    }
}

/// A `Client`, of which the check keeps a connection.
pub fn plain() -> Case {
    Case::new("redis, Client", start, |port| async move { Plain(client(PASSWORD, port)) })
        .wrong_password(|port| async move { Plain(client("wrong", port)) })
        .says(Fault::Slow, Status::Error, TimedOut, HASTY)
}

struct Plain(Client);

impl Subject for Plain {
    fn check(&self) -> Check {
        checks::redis::of_client("redis", self.0.clone())
    }

    /// Each of two checks keeps one.
    fn limit(&self) -> usize {
        2
    }
}
