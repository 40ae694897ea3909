use std::rc::Rc;

use healthsdk::health_check;

#[health_check]
async fn postgres() {
    let held = Rc::new(1);
    std::future::ready(()).await;
    drop(held);
}

fn main() {}
