#[health_check(crate = platform::health)]
pub(crate) async fn r#type() {}

#[health_route(crate = platform::health)]
async fn health(health: Health) -> Report {
    health.status()
}
