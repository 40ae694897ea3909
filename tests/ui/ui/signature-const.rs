use healthsdk::health_check;

#[health_check]
const fn postgres() {}

fn main() {}
