use healthsdk::health_check;

#[health_check(failure_status = "warn")]
async fn postgres() {}

fn main() {}
