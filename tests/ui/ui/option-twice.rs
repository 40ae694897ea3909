use healthsdk::health_check;

#[health_check(timeout = "150ms", timeout = "200ms")]
async fn postgres() {}

fn main() {}
