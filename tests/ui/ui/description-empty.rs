use healthsdk::health_check;

#[health_check(description = "")]
async fn postgres() {}

fn main() {}
