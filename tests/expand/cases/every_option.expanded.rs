#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
/// Answers a query.
#[cfg(unix)]
pub async fn postgres(
    pool: web::Data<PgPool>,
    config: Arc<Config>,
) -> Result<(), sqlx::Error> {
    sqlx::query(&config.probe).execute(pool.get_ref()).await.map(drop)
}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
#[cfg(unix)]
pub static __health_check_postgres: ::healthsdk::__private::Registration = {
    use ::healthsdk::__private as __healthsdk;
    __healthsdk::submit! {
        __healthsdk::Linked(& __health_check_postgres)
    }
    __healthsdk::Registration::new(
            "postgres",
            |__context| {
                let __p0 = __context.get::<web::Data<PgPool>>();
                let __p1 = __context.get::<Arc<Config>>();
                let (__p0, __p1) = (__p0?, __p1?);
                __healthsdk::Some(
                    __healthsdk::Start::future(move || postgres(
                        __p0.give(),
                        __p1.give(),
                    )),
                )
            },
        )
        .name("primary-database")
        .kind(__healthsdk::Kind::Readiness)
        .kind(__healthsdk::Kind::Startup)
        .allow_dependency()
        .timeout(__healthsdk::Duration::from_millis(150))
        .cancel_after(__healthsdk::Duration::from_secs(90))
        .interval(__healthsdk::Duration::from_secs(10))
        .retry_interval(__healthsdk::Duration::from_secs(2))
        .initial_delay(__healthsdk::Duration::from_micros(250))
        .failure_threshold(5)
        .success_threshold(1)
        .failure_status(__healthsdk::Status::Degraded)
        .scope(__healthsdk::Scope::Shared)
        .degraded_above(__healthsdk::Duration::from_millis(100))
        .tags(&["storage", "primary"])
        .description("the primary database")
        .component(__healthsdk::Component::Datastore)
};
