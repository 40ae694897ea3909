use healthsdk::health_check;

#[health_check(ttl = "5s", interval = "5s")]
async fn postgres() {}

fn main() {}
