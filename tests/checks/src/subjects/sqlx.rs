//! sqlx.

use healthsdk::{Cause, Check, Status, checks};
use healthsdk_tests::servers::Mariadb;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::{MySqlPool, PgPool};

use super::postgres::{self, LIMIT};
use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, Taking, counted, take};

/// What sqlx does with every connection that is given back.
const RETURN: &str = "sqlx tests each connection that is given back, which cannot be turned off";
/// What it does while nothing listens.
const REFUSED: &str = "sqlx tries again until its own timeout, and does not say why";

/// A pool of PostgreSQL.
pub fn postgres() -> Case {
    Case::new("sqlx, PostgreSQL", postgres::start, |port| async move { Postgres::new(&postgres::url(port)) })
        .wrong_password(|port| async move { Postgres::new(&postgres::wrong_url(port)) })
        .says(Fault::Killed, Status::Error, Cause::TimedOut, REFUSED)
        .round_trips(2, RETURN)
}

/// A pool of MariaDB.
pub fn mariadb() -> Case {
    let start = |_| Ok(counted(Mariadb::start()?, Mariadb::connections));
    let url = |port, user| format!("mysql://{user}@127.0.0.1:{port}/test");
    Case::new("sqlx, MariaDB", start, move |port| async move { MySql::new(&url(port, "root")) })
        .wrong_password(move |port| async move { MySql::new(&url(port, "root:wrong")) })
        .says(Fault::Killed, Status::Error, Cause::TimedOut, REFUSED)
        .round_trips(2, RETURN)
}

struct Postgres(PgPool);

struct MySql(MySqlPool);

impl Postgres {
    fn new(url: &str) -> Self {
        let limit = LIMIT.try_into().expect("it is small");
        Self(PgPoolOptions::new().max_connections(limit).connect_lazy(url).expect("a legal address"))
    }
}

impl Subject for Postgres {
    fn check(&self) -> Check {
        checks::sqlx::of("postgres", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || self.0.acquire()))
    }

    fn is_at_rest(&self) -> bool {
        u32::try_from(self.0.num_idle()) == Ok(self.0.size())
    }
}

impl MySql {
    fn new(url: &str) -> Self {
        let limit = LIMIT.try_into().expect("it is small");
        Self(MySqlPoolOptions::new().max_connections(limit).connect_lazy(url).expect("a legal address"))
    }
}

impl Subject for MySql {
    fn check(&self) -> Check {
        checks::sqlx::of("mariadb", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || self.0.acquire()))
    }
}
