//! diesel.

use std::time::Duration;

use diesel::PgConnection;
use diesel::r2d2::{ConnectionManager, Pool};
use healthsdk::{Check, checks};

use super::postgres::{self, LIMIT};
use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, Taking, take};

const BLOCKED: &str = "a call that blocks cannot be dropped, and no other is begun beside it";

/// A pool of PostgreSQL that tests what it hands out, as is its default.
pub fn postgres() -> Case {
    Case::new("diesel, PostgreSQL", postgres::start, |port| async move { Diesel::new(&postgres::url(port)) })
        .wrong_password(|port| async move { Diesel::new(&postgres::wrong_url(port)) })
        .without(Fault::Swallowed, BLOCKED)
        .runs(1, BLOCKED)
}

struct Diesel(Pool<ConnectionManager<PgConnection>>);

impl Diesel {
    fn new(url: &str) -> Self {
        let builder = Pool::builder()
            .max_size(LIMIT.try_into().expect("it is small"))
            .connection_timeout(Duration::from_secs(2));
        Self(builder.build_unchecked(ConnectionManager::new(url)))
    }
}

impl Subject for Diesel {
    fn check(&self) -> Check {
        checks::diesel::of("postgres", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || async { self.0.get() }))
    }
}
