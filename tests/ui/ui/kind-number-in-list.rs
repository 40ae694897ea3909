use healthsdk::health_check;

#[health_check(kind = ["readiness", 3])]
async fn postgres() {}

fn main() {}
