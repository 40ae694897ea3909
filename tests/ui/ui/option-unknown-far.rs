use healthsdk::health_check;

#[health_check(retries = 3)]
async fn postgres() {}

fn main() {}
