use actix_web::web;
use healthsdk::health_check;

struct Pool;

#[health_check(kind = "startup")]
async fn postgres(_pool: web::Data<Pool>) {}

fn main() {}
