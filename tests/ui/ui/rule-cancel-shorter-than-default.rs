use healthsdk::health_check;

#[health_check(cancel_after = "500ms")]
async fn postgres() {}

fn main() {}
