use healthsdk::health_check;

#[health_check(interval = "99999999999999999999999s")]
async fn postgres() {}

fn main() {}
