use healthsdk::health_check;

#[health_check(timeout = "150 ms")]
async fn postgres() {}

fn main() {}
