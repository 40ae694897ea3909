use std::sync::Arc;

use healthsdk::health_check;

#[health_check]
async fn postgres<T: Clone>(_pool: Arc<T>) {}

fn main() {}
