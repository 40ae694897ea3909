use healthsdk::health_check;

#[health_check(interval = "25h")]
async fn postgres() {}

fn main() {}
