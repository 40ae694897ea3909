use healthsdk::health_check;

#[health_check(description = concat!("a", "b"))]
async fn postgres() {}

fn main() {}
