use xshell::{Shell, cmd};

use crate::{Result, rustdoc};

/// Builds the documentation as docs.rs does, which names the feature that each item needs; what is wrong in it fails.
pub(crate) fn run(sh: &Shell) -> Result {
    let doc = cmd!(sh, "cargo doc --no-deps -p healthsdk -p healthsdk-macros --all-features");
    Ok(rustdoc::unstable(doc)?.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings").run()?)
}
