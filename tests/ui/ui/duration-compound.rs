use healthsdk::health_check;

#[health_check(interval = "1m30s")]
async fn postgres() {}

fn main() {}
