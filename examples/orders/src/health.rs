use actix_web::{get, web};
use healthsdk::{Details, Health, Report, health_route};

use crate::publisher::Publisher;

/// The readiness checks, and what only this process knows: the length of its own queue.
#[get("/internal/health")]
#[health_route(kind = "readiness")]
pub(crate) async fn internal(mut health: Health, publisher: web::Data<Publisher>) -> Report {
    match publisher.waiting() {
        ..=1000 => health.ok("queue"),
        waiting => health.degraded("queue", format!("{waiting} orders wait to be published")),
    }
    health.status()
}

/// Who may read names, messages and durations: whoever sends the token, or, where there is none, callers from
/// this machine, while the service listens on a loopback address.
pub(crate) fn details(token: Option<String>) -> Details {
    token.map_or_else(Details::loopback, Details::bearer)
}
