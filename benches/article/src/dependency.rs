use std::time::Duration;

use healthsdk::{Check, checks};
use healthsdk_tests::{
    proxy::{Mode, Proxy},
    servers::{Postgres, Redis},
};
use sqlx::postgres::PgPoolOptions;

use crate::Result;

pub(crate) const COUNT: u32 = 10;
/// The farthest is at 120 ms.
const NEAREST: Duration = Duration::from_millis(20);
const BEYOND: Duration = Duration::from_millis(100);

/// A connection to a server that is as far away as its proxy says.
pub(crate) struct Dependency {
    number: u32,
    proxy: Proxy,
}

impl Dependency {
    pub(crate) fn new(number: u32, server: u16) -> Self {
        let proxy = Proxy::start();
        proxy.lead_to(server);
        Self { number, proxy }
    }

    /// PostgreSQL and Redis in turn.
    pub(crate) async fn check(&self) -> Result<Check> {
        let (name, port) = (format!("dependency-{}", self.number), self.proxy.port());
        if self.number.is_multiple_of(2) {
            let pool = PgPoolOptions::new().max_connections(1).connect(&Postgres::url_at(port)).await?;
            Ok(checks::sqlx::of(name, pool))
        } else {
            let client = redis::Client::open(Redis::url_at(port))?;
            Ok(checks::redis::of(name, client.get_connection_manager().await?))
        }
    }

    /// From now on it is far away.
    pub(crate) fn delay(&self) {
        self.proxy.set(Mode::Delay(NEAREST + BEYOND * self.number / (COUNT - 1)));
    }

    /// How often the server has answered.
    pub(crate) fn answers(&self) -> u64 {
        self.proxy.counts().round_trips
    }
}
