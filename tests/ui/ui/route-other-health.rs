use healthsdk::health_route;

struct Health;

#[health_route]
async fn health(health: Health) -> String {
    drop(health);
    String::new()
}

fn main() {}
