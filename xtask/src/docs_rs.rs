use xshell::{Shell, cmd};

use crate::skipped::skipped;
use crate::{Result, metadata};

/// The documentation as docs.rs builds it: by a nightly compiler, which names the feature that each item needs.
pub(crate) fn run(sh: &Shell) -> Result {
    if cmd!(sh, "cargo +nightly --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        return Err(skipped("there is no nightly compiler: `rustup toolchain install nightly`"));
    }
    let folder = metadata::target(sh)?.join("docs-rs");
    let packages = ["-p", "healthsdk-macros", "-p", "healthsdk"];
    let doc = cmd!(sh, "cargo +nightly doc --no-deps --all-features {packages...} --target-dir {folder}");
    Ok(doc.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings").run()?)
}
