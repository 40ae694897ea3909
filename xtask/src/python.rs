use std::path::{Path, PathBuf};
use std::{env, fs};

use xshell::{Shell, cmd};

use crate::Result;

/// What tests run in Python. Each is pinned, so that a run today and one next year ask the same questions.
const PACKAGES: [&str; 3] =
    ["grpcio==1.85.1", "grpcio-health-checking==1.85.1", "kubernetes-validate==1.37.0"];

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

fn install(sh: &Shell) -> Result {
    let folder = target(sh)?.join("python");
    if has_all(&folder) {
        return Ok(());
    }
    // A half-made one, or one with other packages.
    sh.remove_path(&folder)?;
    cmd!(sh, "python3 -m venv {folder}").run()?;
    let pip = folder.join("bin").join("pip");
    cmd!(sh, "{pip} install --quiet --disable-pip-version-check").args(PACKAGES).run()?;
    Ok(sh.write_file(folder.join(STAMP), stamp())?)
}

fn target(sh: &Shell) -> Result<PathBuf> {
    let metadata = cmd!(sh, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    Ok(metadata["target_directory"].as_str().ok_or("cargo tells no target folder")?.into())
}

fn has_all(folder: &Path) -> bool {
    folder.join("bin").join("python3").is_file()
        && fs::read_to_string(folder.join(STAMP)).is_ok_and(|has| has == stamp())
}

fn stamp() -> String {
    PACKAGES.map(|package| format!("{package}\n")).concat()
}
