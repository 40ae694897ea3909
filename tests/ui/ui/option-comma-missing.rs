use healthsdk::health_check;

#[health_check(kind = "readiness" timeout = "150ms")]
async fn postgres() {}

fn main() {}
