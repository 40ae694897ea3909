use healthsdk::health_check;

#[health_check(kind = "readyness")]
async fn postgres() {}

fn main() {}
