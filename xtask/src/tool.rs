use xshell::{Shell, cmd};

use crate::Result;

/// Builds the cargo subcommand `name` unless this version of it is here. The version is pinned, so that a run today and one
/// next year ask the same questions.
pub(crate) fn install(sh: &Shell, name: &str, version: &str) -> Result {
    let verb = name.trim_start_matches("cargo-");
    let found = cmd!(sh, "cargo {verb} --version").quiet().ignore_stderr().read();
    if found.is_ok_and(|found| found.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    println!("{name} {version} is not here: it is built now, once, which takes minutes");
    Ok(cmd!(sh, "cargo install --quiet --locked {name}@{version}").run()?)
}
