use healthsdk::health_check;

#[health_check(kind = "liveness", allow_dependency)]
async fn postgres() {}

fn main() {}
