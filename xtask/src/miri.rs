use xshell::{Shell, cmd};

use crate::Result;
use crate::skipped::skipped;

/// Modules that neither wait nor do I/O, by the names of their tests.
const PURE: [&str; 12] = [
    "checks::expiry",
    "checks::failure",
    "checks::sqlstate",
    "contract",
    "format",
    "kubernetes",
    "outcome",
    "redact",
    "run::threshold",
    "settings::overridden",
    "text",
    "timing",
];

/// Runs the unit tests that Miri can: those of the macros and of the pure modules. It keeps them from the machine, so that
/// one which is not pure fails.
pub(crate) fn run(sh: &Shell) -> Result {
    if cmd!(sh, "cargo +nightly miri --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        return Err(skipped(
            "there is no Miri: `rustup toolchain install nightly --component miri,rust-src`",
        ));
    }
    let miri = |args: &[&str]| {
        cmd!(sh, "cargo +nightly miri test --lib {args...}")
            .env("MIRIFLAGS", "-Zmiri-strict-provenance")
            .run()
    };
    miri(&["-p", "healthsdk-macros"])?;
    Ok(miri(&[&["-p", "healthsdk", "--"], &PURE[..]].concat())?)
}
