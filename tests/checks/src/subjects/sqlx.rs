//! sqlx.

use healthsdk::{Cause, Check, Status, checks};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::postgres::{self, LIMIT};
use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, Taking, take};

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

struct Postgres(PgPool);

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
