use std::path::PathBuf;
use std::{env, fs};

use super::Missing;

/// The interpreter of the environment that `cargo xtask test` makes, with the packages of tests and some servers;
/// or the one that `HEALTHSDK_TEST_PYTHON` names.
///
/// # Errors
/// Where it is not there; see [`need!`](crate::need!).
pub fn python() -> Result<PathBuf, Missing> {
    let interpreter = match env::var_os("HEALTHSDK_TEST_PYTHON") {
        Some(named) => Some(PathBuf::from(named)).filter(|file| file.is_file()),
        None => made(),
    };
    interpreter.ok_or_else(|| {
        Missing::new("no Python environment (`cargo xtask test` makes it, HEALTHSDK_TEST_PYTHON names one)")
    })
}

/// A program of this environment, such as `kubernetes-validate`.
///
/// # Errors
/// As [`python`], and where the environment has no such program.
pub fn tool(name: &str) -> Result<PathBuf, Missing> {
    let file = python()?.with_file_name(name);
    if file.is_file() { Ok(file) } else { Err(lacks(name)) }
}

/// That the environment has no such program.
pub(super) fn lacks(name: &str) -> Missing {
    Missing::new(format!("no {name} in the Python environment (`cargo xtask test` brings it)"))
}

/// A file inside a package of this environment.
pub(super) fn packaged(file: &str) -> Option<PathBuf> {
    let libraries = python().ok()?.ancestors().nth(2)?.join("lib");
    let versions = fs::read_dir(libraries).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("site-packages").join(file)).find(|file| file.is_file())
}

/// In the target folder, above the test's own binary. The stamp is written when all is installed.
fn made() -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let mut folders = test.ancestors().map(|folder| folder.join("python"));
    let made = folders.find(|folder| folder.join("healthsdk-packages").is_file())?;
    Some(made.join("bin").join("python3")).filter(|file| file.is_file())
}
