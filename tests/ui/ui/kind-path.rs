use healthsdk::health_check;

#[health_check(kind = Kind::Readiness)]
async fn postgres() {}

fn main() {}
