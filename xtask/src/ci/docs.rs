use xshell::{Shell, cmd};

use crate::Result;

pub(super) fn run(sh: &Shell) -> Result {
    let doc = cmd!(sh, "cargo doc --no-deps -p healthsdk -p healthsdk-macros --all-features");
    Ok(doc.env("RUSTDOCFLAGS", "-D warnings").run()?)
}
