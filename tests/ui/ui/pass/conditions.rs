//! `#[cfg]` above and below, true and false: the record is there when the function is.

use healthsdk::{Monitor, health_check};

#[cfg(all())]
#[health_check]
async fn above() {}

#[health_check]
#[cfg(all())]
async fn below() {}

#[health_check]
#[cfg_attr(all(), cfg(all()), inline)]
async fn within() {}

#[cfg(any())]
#[health_check]
async fn absent_above(parameter: Nowhere) {}

#[health_check]
#[cfg(any())]
async fn absent_below(parameter: Nowhere) {}

#[health_check]
#[cfg_attr(all(), inline, cfg(any()))]
async fn absent_within(parameter: Nowhere) {}

#[health_check(name = "either")]
#[cfg(all())]
async fn either() {}

#[health_check(name = "either")]
#[cfg(any())]
async fn either() {}

fn main() {
    Monitor::builder().expect_checks(["above", "below", "within", "either"]).build().unwrap();
}
