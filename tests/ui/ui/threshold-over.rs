use healthsdk::health_check;

#[health_check(success_threshold = 1001)]
async fn postgres() {}

fn main() {}
