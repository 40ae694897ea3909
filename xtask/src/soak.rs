use std::process::{Command, ExitCode};

use xshell::{Shell, cmd};

use crate::Result;

/// Soaks healthsdk as it is; with `--planted NAME` one with that bug, with `--planted all` one with each. The exit code is the
/// soak's own.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result<ExitCode> {
    let binary = if args.contains(&"--planted") { planted(sh)? } else { build(sh)? };
    let status = Command::from(cmd!(sh, "{binary} {args...}")).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn build(sh: &Shell) -> Result<&'static str> {
    cmd!(sh, "cargo build --release -p healthsdk-soak --bins").run()?;
    Ok("target/release/healthsdk-soak")
}

/// In a folder of its own: the flag changes every crate.
fn planted(sh: &Shell) -> Result<&'static str> {
    let build = cmd!(sh, "cargo build --release --target-dir target/planted -p healthsdk-soak --bins");
    build.env("RUSTFLAGS", "--cfg healthsdk_planted").run()?;
    Ok("target/planted/release/healthsdk-soak")
}
