use healthsdk::health_check;

#[health_check(ttl = "5s", initial_delay = "5s")]
async fn postgres() {}

fn main() {}
