use healthsdk::health_check;

#[health_check]
fn postgres() -> i32 {
    1
}

fn main() {}
