use std::rc::Rc;

use actix_web::web;
use healthsdk::health_check;

struct Pool;

#[health_check]
async fn postgres(_pool: web::Data<Pool>) {
    let held = Rc::new(1);
    std::future::ready(()).await;
    drop(held);
}

fn main() {}
