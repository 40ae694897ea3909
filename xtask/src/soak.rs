use std::env;
use std::fs;
use std::process::{Command, ExitCode};

use xshell::{Shell, cmd};

use crate::Result;

const STAND_IN: &str = "HEALTHSDK_XTASK_IS_RUSTC";
const BUILT: &str = "target/release";
const PLANTED: &str = "target/planted";

/// Soaks healthsdk as it is; with `--planted NAME` one with that bug, with `--planted all` one with each. The exit code is the
/// soak's own.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result<ExitCode> {
    let folder = if args.contains(&"--planted") { planted(sh)? } else { build(sh)? };
    let status = Command::from(cmd!(sh, "{folder}/healthsdk-soak {args...}")).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn build(sh: &Shell) -> Result<&'static str> {
    cmd!(sh, "cargo build --release -p healthsdk-soak --bins").run()?;
    Ok(BUILT)
}

/// `RUSTFLAGS` would build every dependency a second time, so cargo calls this program for the compiler of the workspace. What
/// comes out has a folder of its own, as the next build of the soak as it is takes its place.
fn planted(sh: &Shell) -> Result<&'static str> {
    let build = cmd!(sh, "cargo build --release -p healthsdk-soak --bins");
    build.env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?).env(STAND_IN, "1").run()?;
    sh.create_dir(PLANTED)?;
    for binary in ["healthsdk-soak", "soaked"] {
        // One that runs is not written to.
        let (from, to) =
            (sh.current_dir().join(BUILT).join(binary), sh.current_dir().join(PLANTED).join(binary));
        let new = to.with_extension("new");
        fs::copy(from, &new)?;
        fs::rename(new, to)?;
    }
    Ok(PLANTED)
}

/// Runs the compiler that is named first with the planted bugs, where this program was called for it.
pub(crate) fn stand_in() -> Option<ExitCode> {
    env::var_os(STAND_IN)?;
    let mut args = env::args_os().skip(1);
    let status = Command::new(args.next()?).args(args).args(["--cfg", "healthsdk_planted"]).status();
    Some(if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
