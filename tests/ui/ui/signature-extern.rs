use healthsdk::health_check;

#[health_check]
extern "C" fn postgres() {}

fn main() {}
