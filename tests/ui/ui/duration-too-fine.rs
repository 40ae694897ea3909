use healthsdk::health_check;

#[health_check(timeout = "1.5ns")]
async fn postgres() {}

fn main() {}
