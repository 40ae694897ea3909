use healthsdk::health_check;

#[health_check(kind = [])]
async fn postgres() {}

fn main() {}
