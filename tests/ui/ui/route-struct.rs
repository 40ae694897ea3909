use healthsdk::health_route;

#[health_route]
struct Handler;

fn main() {}
