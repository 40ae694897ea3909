use actix_web::web;
use healthsdk::health_check;

struct Pool;

#[health_check]
async fn postgres(#[cfg(unix)] _pool: web::Data<Pool>) {}

fn main() {}
