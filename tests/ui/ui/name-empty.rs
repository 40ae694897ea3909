use healthsdk::health_check;

#[health_check(name = "")]
async fn postgres() {}

fn main() {}
