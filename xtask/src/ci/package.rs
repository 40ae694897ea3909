use xshell::{Shell, cmd};

use crate::Result;

// In one call, so that the runtime crate is built against the packaged macros, which no registry may have yet.
pub(super) fn run(sh: &Shell) -> Result {
    Ok(cmd!(sh, "cargo package --allow-dirty -p healthsdk-macros -p healthsdk").run()?)
}

pub(super) fn dependencies(sh: &Shell) -> Result {
    Ok(cmd!(sh, "cargo tree -p healthsdk -e normal --depth 1").run()?)
}
