use healthsdk::health_check;

#[health_check(failure_threshold = 0)]
async fn postgres() {}

fn main() {}
