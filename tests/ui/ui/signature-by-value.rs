use healthsdk::health_check;

#[derive(Clone)]
struct Pool;

#[health_check]
async fn postgres(_pool: Pool) {}

fn main() {}
