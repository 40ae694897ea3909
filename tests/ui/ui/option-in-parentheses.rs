use healthsdk::health_check;

#[health_check(timeout("150ms"))]
async fn postgres() {}

fn main() {}
