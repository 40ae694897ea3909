use healthsdk::health_check;

#[health_check(timeout = "0s")]
async fn postgres() {}

fn main() {}
