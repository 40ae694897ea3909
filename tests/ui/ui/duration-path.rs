use healthsdk::health_check;

#[health_check(timeout = Duration::from_millis(150))]
async fn postgres() {}

fn main() {}
