use healthsdk::health_check;

#[health_check(name = 3)]
async fn postgres() {}

fn main() {}
