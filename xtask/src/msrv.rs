use xshell::{Shell, cmd};

use crate::skipped::skipped;
use crate::{Result, metadata};

mod asked;

/// Clients that need a newer compiler than healthsdk, and with them the features that bring them. README says which.
const NEWER: [&str; 1] = ["sqlx"];

/// Compares the compilers that dependencies ask for with the one that healthsdk promises, and builds healthsdk with that.
pub(crate) fn run(sh: &Shell) -> Result {
    let metadata = metadata::all(sh)?;
    let healthsdk = metadata::package(&metadata, "healthsdk")?;
    let promised = healthsdk["rust_version"].as_str().ok_or("healthsdk has no rust-version")?;
    let offenders = asked::offenders(&metadata, &NEWER)?;
    if !offenders.is_empty() {
        return Err(format!("Rust {promised} is promised, but:\n{}", offenders.join("\n")).into());
    }
    let readme = sh.read_file("README.md")?;
    for newer in NEWER {
        let stated = asked::stated(&metadata, newer)?;
        if !readme.contains(&stated) {
            return Err(format!("README.md does not say {stated}").into());
        }
    }
    println!("no dependency asks for more than Rust {promised}, but what README names: {}", NEWER.join(", "));
    build(sh, promised, &metadata::features(&metadata, "healthsdk", &NEWER)?.join(","))
}

fn build(sh: &Shell, version: &str, features: &str) -> Result {
    let toolchains = cmd!(sh, "rustup toolchain list").quiet().read().unwrap_or_default();
    if !is_installed(&toolchains, version) {
        return Err(skipped(format!("there is no Rust {version}: `rustup toolchain install {version}`")));
    }
    let toolchain = format!("+{version}");
    let folder = metadata::target(sh)?.join("msrv");
    let check = ["check", "-p", "healthsdk", "-p", "healthsdk-macros", "--features", features];
    Ok(cmd!(sh, "cargo {toolchain} {check...} --target-dir {folder}").run()?)
}

/// As `1.89-x86_64-unknown-linux-gnu`, or `1.89.0-...`.
fn is_installed(toolchains: &str, version: &str) -> bool {
    toolchains.lines().filter_map(|line| line.strip_prefix(version)).any(|rest| rest.starts_with(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_is_found_by_its_whole_version() {
        assert!(is_installed("stable-x\n1.89-x (default)", "1.89") && is_installed("1.89.0-x", "1.89"));
        assert!(!is_installed("stable-x\n1.890-x\n1.8-x", "1.89"));
    }
}
