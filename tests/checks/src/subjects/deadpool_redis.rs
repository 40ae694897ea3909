//! Redis through deadpool.

use deadpool_redis::redis::AsyncConnectionConfig;
use deadpool_redis::{Manager, Pool};
use healthsdk::{Check, checks};
use healthsdk_tests::servers::PASSWORD;

use super::redis::{PATIENT, start, url};
use crate::case::Case;
use crate::subject::{Subject, Taking, take};

const LIMIT: usize = 3;

/// A pool.
pub fn pool() -> Case {
    Case::new("deadpool-redis", start, |port| async move { Pooled::new(PASSWORD, port) })
        .wrong_password(|port| async move { Pooled::new("wrong", port) })
}

struct Pooled(Pool);

impl Pooled {
    fn new(password: &str, port: u16) -> Self {
        let config = AsyncConnectionConfig::new()
            .set_response_timeout(Some(PATIENT))
            .set_connection_timeout(Some(PATIENT));
        let manager = Manager::new_with_config(url(password, port), config).expect("a legal address");
        Self(Pool::builder(manager).max_size(LIMIT).build().expect("a legal pool"))
    }
}

impl Subject for Pooled {
    fn check(&self) -> Check {
        checks::deadpool_redis::of("redis", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT, || self.0.get()))
    }
}
