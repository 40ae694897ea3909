use healthsdk::{Health, Report, health_route};

#[health_route(kind = "ready")]
async fn health(health: Health) -> Report {
    health.status()
}

fn main() {}
