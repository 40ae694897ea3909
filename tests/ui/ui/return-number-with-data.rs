use actix_web::web;
use healthsdk::health_check;

struct Pool;

#[health_check]
async fn postgres(_pool: web::Data<Pool>) -> i32 {
    1
}

fn main() {}
