use std::sync::Arc;

use healthsdk::health_check;

trait Db {}

#[health_check]
async fn postgres(_db: Arc<impl Db>) {}

fn main() {}
