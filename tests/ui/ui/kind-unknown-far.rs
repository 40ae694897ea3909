use healthsdk::health_check;

#[health_check(kind = "health")]
async fn postgres() {}

fn main() {}
