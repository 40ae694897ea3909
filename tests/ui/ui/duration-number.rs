use healthsdk::health_check;

#[health_check(timeout = 150)]
async fn postgres() {}

fn main() {}
