use healthsdk::health_check;

#[health_check(name = "-db")]
async fn postgres() {}

fn main() {}
