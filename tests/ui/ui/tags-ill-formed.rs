use healthsdk::health_check;

#[health_check(tags = ["storage", "main db"])]
async fn postgres() {}

fn main() {}
