use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use xshell::{Cmd, Shell, cmd};

use crate::{Result, metadata};

const STAND_IN: &str = "HEALTHSDK_XTASK_IS_RUSTDOC";

/// What rustdoc knows of a library, as JSON, with all features.
pub(crate) fn json(sh: &Shell, package: &str) -> Result<PathBuf> {
    let json = ["-Z", "unstable-options", "--output-format", "json"];
    unstable(cmd!(sh, "cargo rustdoc --quiet -p {package} --lib --all-features -- {json...}"))?.run()?;
    let name = package.replace('-', "_");
    Ok(metadata::target(sh)?.join("doc").join(name).with_extension("json"))
}

/// Lets rustdoc do what is unstable in it, under `cargo`.
///
/// On a stable toolchain that needs `RUSTC_BOOTSTRAP`, which in cargo's own environment would build the dependencies a second
/// time. So cargo calls this program for rustdoc.
pub(crate) fn unstable(cargo: Cmd<'_>) -> Result<Cmd<'_>> {
    Ok(cargo.env("RUSTDOC", env::current_exe()?).env(STAND_IN, "1"))
}

/// Runs rustdoc, where this program was called for it.
pub(crate) fn stand_in() -> Option<ExitCode> {
    env::var_os(STAND_IN)?;
    let rustdoc = Command::new("rustdoc").args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    Some(if rustdoc.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
