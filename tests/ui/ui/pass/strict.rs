//! A crate that forbids and denies what there is.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, rust_2018_idioms, unreachable_pub, missing_debug_implementations, single_use_lifetimes)]
#![deny(clippy::all, clippy::pedantic)]

use std::sync::Arc;

use actix_web::{Responder, get, routes, web};
use healthsdk::{Health, Monitor, Report, health_check, health_route};

/// A check in public.
pub mod checks {
    use super::{Arc, health_check};

    /// Documented.
    ///
    /// # Errors
    ///
    /// Never.
    #[health_check(
        name = "everything",
        kind = ["liveness", "readiness", "startup"],
        allow_dependency,
        timeout = "150ms",
        cancel_after = "24h",
        interval = "90s",
        retry_interval = "1.5s",
        initial_delay = "1us",
        failure_threshold = 1000,
        success_threshold = 1,
        failure_status = "degraded",
        scope = "shared",
        degraded_above = "100ms",
        tags = ["a", "b"],
        description = "not a {format} string",
        component = "datastore"
    )]
    pub async fn everything(number: Arc<u8>, text: Arc<str>) -> Result<(), std::io::Error> {
        drop((number, text));
        Ok(())
    }

    #[health_check]
    pub(super) fn one(number: Arc<u8>) -> Result<(), String> {
        Err(format!("{number}"))
    }

    #[health_check]
    pub(in crate::checks) async fn none() {}

    #[health_check]
    #[deprecated]
    #[allow(deprecated)]
    async fn old() {}
}

/// A handler.
#[get("/above")]
#[health_route(kind = "readiness", tags = ["a", "b"])]
async fn above(mut health: Health, number: web::Data<u8>) -> Report {
    drop(number);
    health.ok("own");
    health.status()
}

/// A handler.
#[health_route(kind = ["readiness", "startup"], tags = "a")]
#[get("/below/{path}")]
async fn below(path: web::Path<String>, health: Health) -> impl Responder {
    #![allow(clippy::needless_return)]
    drop(path);
    return health.status();
}

#[routes]
#[get("/first")]
#[get("/second")]
#[health_route]
async fn many(health: Health) -> Report {
    health.status()
}

#[health_route]
async fn free(#[allow(unused_mut)] mut health: Health) -> Report {
    health.status()
}

/// A handler and a check.
#[get("/both")]
#[health_check]
async fn both(number: web::Data<u8>) -> Result<(), std::io::Error> {
    drop(number);
    Ok(())
}

fn main() {
    let _ = |config: &mut web::ServiceConfig| {
        config.service(above).service(below).service(many).service(both).route("/free", web::get().to(free));
    };
    let monitor = Monitor::builder().data(Arc::new(1_u8)).data(Arc::<str>::from("text"));
    monitor.expect_checks(["everything", "one", "none", "old", "both"]).build().unwrap();
}
