//! Mentions the crate of the checks, so that they are linked.

use healthsdk::{Monitor, check};
use linking_checks as _;

fn main() -> Result<(), healthsdk::BuildError> {
    let builder = Monitor::builder().register(check!(linking_checks::reachable::by_hand));
    builder.expect_checks(["hidden_deep", "by_hand"]).build().map(drop)
}
