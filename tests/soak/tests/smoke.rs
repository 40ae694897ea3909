//! The soak itself works: a short one is clean, and judges something.

use std::process::{Command, Output};

use healthsdk_tests::need;
use healthsdk_tests::servers::Redis;

fn soak(args: &[&str]) -> Output {
    let soak = Command::new(env!("CARGO_BIN_EXE_healthsdk-soak")).args(args).output();
    soak.expect("the soak starts")
}

/// How often an invariant was, as the summary tells it.
fn judged(told: &str, invariant: &str) -> u64 {
    let mut words = told.lines().map(str::split_whitespace);
    let judged = words.find_map(|mut line| line.next().filter(|word| *word == invariant).and(line.next()));
    judged.and_then(|count| count.parse().ok()).unwrap_or_default()
}

#[test]
fn a_short_soak_is_clean_and_tells_its_seed() {
    let Some(installed) = need!(Redis::start()) else { return };
    drop(installed);
    let output = soak(&["0.4", "--seed", "7", "--servers", "redis"]);
    let told = String::from_utf8_lossy(&output.stdout);
    // Beside much else it is worth nothing.
    let clean = matches!(output.status.code(), Some(0 | 3));
    assert!(clean, "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!told.contains("VIOLAT") && judged(&told, "truth") > 0, "{told}");
    assert!(told.starts_with("seed 7,"), "{told}");
    assert!(told.contains("drained in"), "{told}");
}

#[test]
fn what_it_does_not_understand_is_refused_before_anything_starts() {
    assert_eq!(soak(&["--seed", "one"]).status.code(), Some(2));
}
