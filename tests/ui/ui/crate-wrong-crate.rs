use healthsdk::health_check;

#[health_check(crate = std::sync)]
async fn postgres() {}

fn main() {}
