use healthsdk::health_check;

#[health_check(timeout =)]
async fn postgres() {}

fn main() {}
