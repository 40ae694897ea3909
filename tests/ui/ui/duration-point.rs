use healthsdk::health_check;

#[health_check(timeout = ".5s")]
async fn postgres() {}

fn main() {}
