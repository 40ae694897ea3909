use healthsdk::{Health, Report, health_route};

#[health_route]
fn health(health: Health) -> Report {
    health.status()
}

fn main() {}
