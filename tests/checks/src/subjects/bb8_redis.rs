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

/// A pool that tests its connections, as it does unless told otherwise.
pub fn testing() -> Case {
    case("bb8-redis", true)
}

/// A pool that does not.
pub fn trusting() -> Case {
    case("bb8-redis, test_on_check_out(false)", false)
}

fn case(name: &'static str, tests: bool) -> Case {
    Case::new(name, start, move |port| async move { Pooled::new(PASSWORD, port, tests) })
        .wrong_password(move |port| async move { Pooled::new("wrong", port, tests) })
        .says(Fault::Slow, Status::Error, TimedOut, HASTY)
}

struct Pooled(Pool<RedisConnectionManager>);

impl Pooled {
    fn new(password: &str, port: u16, tests: bool) -> Self {
        let manager = RedisConnectionManager::new(url(password, port)).expect("a legal address");
        let builder =
            Pool::builder().max_size(LIMIT.into()).connection_timeout(PATIENT).test_on_check_out(tests);
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
