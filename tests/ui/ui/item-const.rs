use healthsdk::health_check;

#[health_check]
const POSTGRES: u8 = 1;

fn main() {}
