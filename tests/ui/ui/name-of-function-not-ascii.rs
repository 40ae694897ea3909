use healthsdk::health_check;

#[health_check]
async fn größe() {}

fn main() {}
