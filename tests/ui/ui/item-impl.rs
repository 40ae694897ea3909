use healthsdk::health_check;

struct Postgres;

#[health_check]
impl Postgres {}

fn main() {}
