use healthsdk::health_check;

#[health_check]
async fn postgres() -> i32 {
    1
}

fn main() {}
