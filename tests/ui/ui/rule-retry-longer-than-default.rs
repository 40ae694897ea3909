use healthsdk::health_check;

#[health_check(retry_interval = "6s")]
async fn postgres() {}

fn main() {}
