use xshell::{Shell, cmd};

use crate::Result;
use crate::skipped::skipped;

/// Modules that neither wait nor do I/O, by the beginnings of the names of their tests.
const PURE: [&str; 15] = [
    "checks::failure::",
    "contract::clause::",
    "format::health_json::",
    "format::openmetrics::",
    "kubernetes::tests::",
    "outcome::tests::",
    "probe::answer::",
    "redact::tests::",
    "run::schedule::",
    "run::tally::",
    "run::threshold::",
    "settings::overridden::",
    "settings::value::",
    "timing::tests::",
    "watchdog::verdict::",
];

/// Runs what Miri can: what the attributes expand to, which reads files, and the unit tests of the pure modules, which it keeps
/// from the machine, so that one which is not pure fails.
pub(crate) fn run(sh: &Shell) -> Result {
    if cmd!(sh, "cargo +nightly miri --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        return Err(skipped(
            "there is no Miri: `rustup toolchain install nightly --component miri,rust-src`",
        ));
    }
    let expansion = cmd!(sh, "cargo +nightly miri test -p healthsdk-expand-tests --tests");
    expansion.env("MIRIFLAGS", "-Zmiri-disable-isolation").run()?;
    Ok(cmd!(sh, "cargo +nightly miri test -p healthsdk --lib -- {PURE...}").run()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_filter_names_a_module_of_the_crate() {
        for filter in PURE {
            let module = filter.trim_end_matches("tests::").trim_end_matches("::").replace("::", "/");
            let file = format!("{}/../healthsdk/src/{module}", env!("CARGO_MANIFEST_DIR"));
            let is_there =
                [format!("{file}.rs"), format!("{file}/mod.rs")].iter().any(|file| Path::new(file).is_file());
            assert!(is_there, "{filter}");
        }
    }
}
