use healthsdk::health_check;

struct Pool;

#[health_check(kind = "live", timeout = 150, tags = ["a b"], retries = 3, ttl = "5s", interval = "5s")]
async fn postgres(_pool: &Pool, _size: impl Copy) {}

fn main() {}
