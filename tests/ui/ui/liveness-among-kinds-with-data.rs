use actix_web::web;
use healthsdk::health_check;

struct Pool;

#[health_check(kind = ["readiness", "liveness"])]
async fn postgres(_pool: web::Data<Pool>, _other: web::Data<u8>) {}

fn main() {}
