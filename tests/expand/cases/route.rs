#[get("/health")]
#[health_route(kind = ["readiness", "startup"], tags = ["storage"])]
async fn health(mut health: Health, queue: web::Data<Queue>) -> Report {
    match queue.depth() {
        ..=1000 => health.ok("queue"),
        depth => health.degraded("queue", format!("{depth} waiting")),
    }
    health.status()
}
