use healthsdk::health_check;

#[health_check(scope = "share")]
async fn postgres() {}

fn main() {}
