#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
async fn redis(client: web::Data<redis::Client>) -> redis::RedisResult<()> {
    client.get_multiplexed_async_connection().await?.ping().await
}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
static __health_check_redis: ::healthsdk::__private::Registration = {
    use ::healthsdk::__private as __healthsdk;
    __healthsdk::submit! {
        __healthsdk::Linked(& __health_check_redis)
    }
    __healthsdk::Registration::new(
        "redis",
        |__context| {
            let __p0 = __context.get::<web::Data<redis::Client>>()?;
            __healthsdk::Some(__healthsdk::Start::future(move || redis(__p0.give())))
        },
    )
};
