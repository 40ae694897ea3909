//! How many cases the tests by properties try.

use std::env;

use proptest::test_runner::{Config, RngSeed};

/// The same cases each time, and more of them with `PROPTEST_CASES`; others with `PROPTEST_RNG_SEED`.
pub(super) fn config(cases: u32) -> Config {
    let asked = |name| env::var_os(name).is_some();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if !asked("PROPTEST_CASES") {
        config.cases = cases;
    }
    if !asked("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(6);
    }
    config
}
