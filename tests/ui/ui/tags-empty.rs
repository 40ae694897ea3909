use healthsdk::health_check;

#[health_check(tags = [])]
async fn postgres() {}

fn main() {}
