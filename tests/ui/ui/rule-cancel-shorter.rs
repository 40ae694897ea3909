use healthsdk::health_check;

#[health_check(timeout = "2s", cancel_after = "1s")]
async fn postgres() {}

fn main() {}
