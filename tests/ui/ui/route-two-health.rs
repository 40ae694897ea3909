use healthsdk::{Health, Report, health_route};

#[health_route]
async fn health(health: Health, _other: Health) -> Report {
    health.status()
}

fn main() {}
