use healthsdk::health_check;

#[health_check(timout = "150ms")]
async fn postgres() {}

fn main() {}
