use std::sync::Arc;

use healthsdk::health_check;

struct Pool;

#[health_check]
async fn postgres(_name: Arc<str>, _pool: Pool) {}

fn main() {}
