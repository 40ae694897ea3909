#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
async fn event_loop() {
    tokio::task::yield_now().await;
}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
static __health_check_event_loop: ::healthsdk::__private::Registration = {
    use ::healthsdk::__private as __healthsdk;
    __healthsdk::submit! {
        __healthsdk::Linked(& __health_check_event_loop)
    }
    __healthsdk::Registration::new(
        "event_loop",
        |_| __healthsdk::Some(__healthsdk::Start::future(event_loop)),
    )
};
