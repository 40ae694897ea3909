use healthsdk::health_check;

#[health_check]
async fn _postgres() {}

fn main() {}
