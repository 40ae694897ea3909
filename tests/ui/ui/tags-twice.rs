use healthsdk::health_check;

#[health_check(tags = ["db", "db"])]
async fn postgres() {}

fn main() {}
