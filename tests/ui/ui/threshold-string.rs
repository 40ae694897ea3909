use healthsdk::health_check;

#[health_check(failure_threshold = "3")]
async fn postgres() {}

fn main() {}
