use healthsdk::health_check;

struct Pool;

#[health_check]
async fn postgres(_pool: &Pool) {}

fn main() {}
