#[health_check(kind = "readiness", ttl = "30s", component = "system")]
fn disk(limits: Arc<Limits>, mounts: web::Data<Mounts>) -> Outcome {
    match mounts.free() {
        free if free < limits.disk => Outcome::degraded("disk is nearly full").with("free", free),
        _ => Outcome::ok(),
    }
}
