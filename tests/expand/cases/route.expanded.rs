#[get("/health")]
async fn health(
    __health_source: ::healthsdk::__private::Source,
    queue: web::Data<Queue>,
) -> Report {
    let mut health: Health = __health_source
        .gather(
            ::healthsdk::__private::Selection::everything()
                .kind(::healthsdk::__private::Kind::Readiness)
                .kind(::healthsdk::__private::Kind::Startup)
                .tags(&["storage"]),
        )
        .await;
    {
        match queue.depth() {
            ..=1000 => health.ok("queue"),
            depth => health.degraded("queue", format!("{depth} waiting")),
        }
        health.status()
    }
}
