#[health_check(
    name = "primary-database",
    kind = ["readiness", "startup"],
    allow_dependency,
    timeout = "150ms",
    cancel_after = "1.5m",
    interval = "10s",
    retry_interval = "2s",
    initial_delay = "250us",
    failure_threshold = 5,
    success_threshold = 1,
    failure_status = "degraded",
    scope = "shared",
    degraded_above = "100ms",
    tags = ["storage", "primary"],
    description = "the primary database",
    component = "datastore",
    crate = ::healthsdk,
)]
/// Answers a query.
#[cfg(unix)]
pub async fn postgres(pool: web::Data<PgPool>, config: Arc<Config>) -> Result<(), sqlx::Error> {
    sqlx::query(&config.probe).execute(pool.get_ref()).await.map(drop)
}
