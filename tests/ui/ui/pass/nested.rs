//! A check inside a function, which is registered though that is never called.

use healthsdk::{Monitor, Registration, check, health_check};

fn never_called() -> &'static Registration {
    #[health_check]
    async fn inside() {}

    check!(inside)
}

const _: () = {
    #[health_check]
    async fn in_a_constant() {}
};

fn main() {
    let _ = never_called;
    Monitor::builder().expect_checks(["inside", "in_a_constant"]).build().unwrap();
}
