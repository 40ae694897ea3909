use healthsdk::health_check;

#[health_check(crate = "healthsdk")]
async fn postgres() {}

fn main() {}
