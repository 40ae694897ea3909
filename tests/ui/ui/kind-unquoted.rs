use healthsdk::health_check;

#[health_check(kind = readiness)]
async fn postgres() {}

fn main() {}
