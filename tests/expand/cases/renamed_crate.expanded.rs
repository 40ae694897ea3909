#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
pub(crate) async fn r#type() {}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
pub(crate) static __health_check_type: platform::health::__private::Registration = {
    use platform::health::__private as __healthsdk;
    __healthsdk::submit! {
        __healthsdk::Linked(& __health_check_type)
    }
    __healthsdk::Registration::new(
        "type",
        |_| __healthsdk::Some(__healthsdk::Start::future(r#type)),
    )
};
async fn health(__health_source: platform::health::__private::Source) -> Report {
    let health: Health = __health_source
        .gather(platform::health::__private::Selection::everything())
        .await;
    { health.status() }
}
