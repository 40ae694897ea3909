use healthsdk::health_check;

#[health_check("readiness")]
async fn postgres() {}

fn main() {}
