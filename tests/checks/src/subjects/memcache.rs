//! Memcached.

use std::time::Duration;

use healthsdk::{Check, checks};
use healthsdk_tests::servers::Memcached;
use memcache::{ConnectionManager, Pool, Url};

use crate::case::{Case, TIMEOUT};
use crate::subject::{Subject, Taking, counted, take};

const LIMIT: u8 = 3;

/// A pool.
pub fn pool() -> Case {
    let start = |_| Ok(counted(Memcached::start()?, Memcached::connections));
    Case::new("memcache", start, |port| async move { Pooled::connect(port) })
        .runs(20, "each blocks its thread until the client gives up each connection")
        .recovers_within(Duration::from_secs(10))
}

struct Pooled(Pool);

impl Pooled {
    fn connect(port: u16) -> Self {
        let patience = TIMEOUT.as_secs_f64() * 0.9;
        let url = format!("memcache://127.0.0.1:{port}?timeout={patience}&protocol=ascii");
        let manager = ConnectionManager::new(Url::parse(&url).expect("a legal address"));
        let builder = Pool::builder().max_size(LIMIT.into()).min_idle(Some(0)).connection_timeout(TIMEOUT);
        Self(builder.build_unchecked(manager))
    }
}

impl Subject for Pooled {
    fn check(&self) -> Check {
        checks::memcache::of("memcached", self.0.clone())
    }

    fn limit(&self) -> usize {
        LIMIT.into()
    }

    fn take_all(&self) -> Option<Taking<'_>> {
        Some(take(LIMIT.into(), || async { self.0.get() }))
    }
}
