use healthsdk::health_check;

#[health_check(timeout = "150msec")]
async fn postgres() {}

fn main() {}
