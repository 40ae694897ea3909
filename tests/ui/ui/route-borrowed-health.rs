use healthsdk::{Health, Report, health_route};

#[health_route]
async fn health(health: &mut Health) -> Report {
    std::mem::take(health).status()
}

fn main() {}
