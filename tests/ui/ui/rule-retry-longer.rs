use healthsdk::health_check;

#[health_check(interval = "2s", retry_interval = "3s")]
async fn postgres() {}

fn main() {}
