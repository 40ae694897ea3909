//! Redis through bb8.

use bb8_redis::RedisConnectionManager;
use bb8_redis::bb8::Pool;
use healthsdk::Cause::TimedOut;
use healthsdk::{Check, Status, checks};
use healthsdk_tests::servers::PASSWORD;

use super::redis::{HASTY, PATIENT, start, url};
use crate::case::Case;
use crate::matrix::Fault;
use crate::subject::{Subject, Taking, take};

const LIMIT: u8 = 3;

/// A pool that tests its connections, as it does unless told otherwise. One that does not keeps broken ones.
pub fn pool() -> Case {
    Case::new("bb8-redis", start, |port| async move { Pooled::new(PASSWORD, port) })
        .wrong_password(|port| async move { Pooled::new("wrong", port) })
        .says(Fault::Slow, Status::Error, TimedOut, HASTY)
}

struct Pooled(Pool<RedisConnectionManager>);

impl Pooled {
    fn new(password: &str, port: u16) -> Self {
        let manager = RedisConnectionManager::new(url(password, port)).expect("a legal address");
        let builder = Pool::builder().max_size(LIMIT.into()).connection_timeout(PATIENT);
        Self(builder.build_unchecked(manager))
    }
}

impl Subject for Pooled {
    fn check(&self) -> Check {
        checks::bb8_redis::of("redis", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT.into()
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT.into(), || self.0.get_owned()))
    }
}
