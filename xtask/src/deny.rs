use xshell::{Shell, cmd};

use crate::skipped::skipped;
use crate::{Result, tool};

const VERSION: &str = "0.20.2";

/// Licences, sources and requirements of all packages; in what users of healthsdk get, also that nothing is there twice.
pub(crate) fn run(sh: &Shell) -> Result {
    tool::install(sh, "cargo-deny", VERSION)?;
    cmd!(sh, "cargo deny --all-features check --allow duplicate licenses bans sources").run()?;
    let fuzz = ["--manifest-path", "fuzz/Cargo.toml"];
    let allowed = ["duplicate", "license-not-encountered", "unmatched-skip"];
    let allowed = allowed.iter().flat_map(|lint| ["--allow", lint]);
    cmd!(sh, "cargo deny {fuzz...} check {allowed...} licenses bans sources").run()?;
    let users = "healthsdk/Cargo.toml";
    Ok(cmd!(sh, "cargo deny --manifest-path {users} --all-features --exclude-dev check bans").run()?)
}

/// What is known to be vulnerable, unsound, unmaintained or yanked, out of a database that is fetched anew.
pub(crate) fn advisories(sh: &Shell) -> Result {
    tool::install(sh, "cargo-deny", VERSION)?;
    if cmd!(sh, "cargo deny fetch db").ignore_stderr().run().is_err() {
        return Err(skipped("the database of advisories cannot be fetched"));
    }
    Ok(cmd!(sh, "cargo deny --all-features check --disable-fetch advisories").run()?)
}
