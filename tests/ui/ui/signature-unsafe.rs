use healthsdk::health_check;

#[health_check]
unsafe fn postgres() {}

fn main() {}
