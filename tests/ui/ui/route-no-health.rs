use healthsdk::{Health, Report, health_route};

#[health_route]
async fn health() -> Report {
    Health::new().status()
}

fn main() {}
