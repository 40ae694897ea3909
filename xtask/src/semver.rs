use xshell::{Shell, cmd};

use crate::{Result, tool};

/// Compares the public API with that of the newest published version, and the step between the versions with the changes.
pub(crate) fn run(sh: &Shell) -> Result {
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
        tool::install(sh, "cargo-semver-checks", "0.51.0")?;
        cmd!(sh, "cargo semver-checks --package {package} --all-features").run()?;
    }
    Ok(())
}
