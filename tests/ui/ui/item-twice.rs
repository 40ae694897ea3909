use healthsdk::health_check;

#[health_check(name = "a")]
#[health_check(name = "b")]
async fn postgres() {}

fn main() {}
