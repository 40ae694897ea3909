use healthsdk::{Health, Report, health_route};

#[health_route(kinds = "readiness")]
async fn health(health: Health) -> Report {
    health.status()
}

fn main() {}
