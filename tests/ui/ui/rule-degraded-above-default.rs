use healthsdk::health_check;

#[health_check(degraded_above = "1s")]
async fn postgres() {}

fn main() {}
