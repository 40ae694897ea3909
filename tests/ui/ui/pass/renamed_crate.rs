//! The crate under other names, each found from where the check stands.

extern crate healthsdk as hs;

use hs::{Health, Monitor, Report, health_check, health_route};

mod platform {
    pub use healthsdk as health;
}

#[health_check(crate = hs)]
async fn by_name() {}

#[health_check(crate = crate::platform::health)]
async fn by_path() {}

#[health_route(crate = platform::health, kind = "readiness", tags = "storage")]
async fn health(health: Health) -> Report {
    health.status()
}

mod inner {
    #[super::health_check(crate = super::hs)]
    async fn from_above() {}
}

fn main() {
    use hs as local;

    #[health_check(crate = local)]
    async fn from_a_body() {}

    let _ = health;
    let expected = ["by_name", "by_path", "from_above", "from_a_body"];
    Monitor::builder().expect_checks(expected).build().unwrap();
}
