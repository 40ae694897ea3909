use healthsdk::health_check;

#[health_check(crate = healthsdk::no::such)]
async fn postgres() {}

fn main() {}
