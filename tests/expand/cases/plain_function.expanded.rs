#[allow(clippy::unused_async, clippy::needless_pass_by_value)]
fn disk(limits: Arc<Limits>, mounts: web::Data<Mounts>) -> Outcome {
    match mounts.free() {
        free if free < limits.disk => {
            Outcome::degraded("disk is nearly full").with("free", free)
        }
        _ => Outcome::ok(),
    }
}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
static __health_check_disk: ::healthsdk::__private::Registration = {
    use ::healthsdk::__private as __healthsdk;
    __healthsdk::submit! {
        __healthsdk::Linked(& __health_check_disk)
    }
    __healthsdk::Registration::new(
            "disk",
            |__context| {
                let __p0 = __context.get::<Arc<Limits>>();
                let __p1 = __context.get::<web::Data<Mounts>>();
                let (__p0, __p1) = (__p0?, __p1?);
                __healthsdk::Some(
                    __healthsdk::Start::blocking(move || disk(__p0.give(), __p1.give())),
                )
            },
        )
        .kind(__healthsdk::Kind::Readiness)
        .ttl(__healthsdk::Duration::from_secs(30))
        .component(__healthsdk::Component::System)
};
