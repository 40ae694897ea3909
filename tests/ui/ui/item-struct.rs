use healthsdk::health_check;

#[health_check]
struct Postgres;

fn main() {}
