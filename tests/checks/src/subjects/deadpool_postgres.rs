//! deadpool-postgres.

use deadpool_postgres::{Manager, Pool};
use healthsdk::{Check, checks};
use tokio_postgres::NoTls;

use super::postgres::{self, LIMIT};
use crate::case::Case;
use crate::subject::{Subject, Taking, take};

/// A pool as its builder makes it.
pub fn pool() -> Case {
    Case::new("deadpool-postgres", postgres::start, |port| async move { Deadpool::new(&postgres::url(port)) })
        .wrong_password(|port| async move { Deadpool::new(&postgres::wrong_url(port)) })
}

struct Deadpool(Pool);

impl Deadpool {
    fn new(url: &str) -> Self {
        let manager = Manager::new(url.parse().expect("a legal address"), NoTls);
        Self(Pool::builder(manager).max_size(LIMIT).build().expect("a legal pool"))
    }
}

impl Subject for Deadpool {
    fn check(&self) -> Check {
        checks::deadpool_postgres::of("postgres", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || self.0.get()))
    }
}
