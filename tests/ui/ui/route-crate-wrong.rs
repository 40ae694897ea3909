use healthsdk::{Health, Report, health_route};

#[health_route(crate = actix_web)]
async fn health(health: Health) -> Report {
    health.status()
}

fn main() {}
