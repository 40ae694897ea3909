use xshell::{Shell, cmd};

use crate::Result;
use crate::skipped::skipped;

/// Compares the public API with that of the newest published version, and the step between the versions with the changes.
pub(crate) fn run(sh: &Shell) -> Result {
    if cmd!(sh, "cargo semver-checks --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        return Err(skipped("there is no cargo-semver-checks: `cargo install --locked cargo-semver-checks`"));
    }
    for package in ["healthsdk-macros", "healthsdk"] {
        if cmd!(sh, "cargo info --quiet --registry crates-io {package}")
            .quiet()
            .ignore_stdout()
            .run()
            .is_err()
        {
            println!("{package} has no published version yet: there is nothing to compare it with");
            continue;
        }
        cmd!(sh, "cargo semver-checks --package {package} --all-features").run()?;
    }
    Ok(())
}
