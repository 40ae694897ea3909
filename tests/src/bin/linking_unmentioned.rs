//! Depends on the crate of the checks and never mentions it, so that they are not linked.

use healthsdk::{Monitor, health_check};

#[health_check]
async fn own() {}

fn main() -> Result<(), healthsdk::BuildError> {
    Monitor::builder().expect_checks(["hidden_deep"]).build().map(drop)
}
