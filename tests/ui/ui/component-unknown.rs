use healthsdk::health_check;

#[health_check(component = "database")]
async fn postgres() {}

fn main() {}
