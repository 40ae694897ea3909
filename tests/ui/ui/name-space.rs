use healthsdk::health_check;

#[health_check(name = "primary database")]
async fn postgres() {}

fn main() {}
