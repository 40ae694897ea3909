//! The global monitor stands in where a service never builds one. In a process of its own, because it does so only there.

use std::time::Duration;

use healthsdk::{Health, Report, health_check, health_route};
use healthsdk_tests::{Service, eventually, http};

#[health_check(kind = "readiness")]
async fn linked() {}

#[actix_web::get("/own")]
#[health_route(kind = "readiness")]
async fn own(health: Health) -> Report {
    assert!(health.status().entries().any(|entry| entry.name() == "linked"), "it holds the linked check");
    Health::new().status()
}

#[actix_web::get("/ready")]
#[health_route(kind = "readiness")]
async fn ready(health: Health) -> Report {
    health.status()
}

#[test]
fn a_route_without_a_monitor_is_served_from_the_registry_alone() {
    let service = Service::start(|config| {
        config.service(own).service(ready);
    });
    eventually("the linked check passes", Duration::from_secs(10), || {
        http::get(service.addr(), "/ready").status == 200
    });
    assert_eq!(http::get(service.addr(), "/own").status, 200);
    assert_eq!(http::get(service.addr(), "/ready").text(), r#"{"status":"ok"}"#);
}
