use std::env;
use std::path::PathBuf;

use super::Missing;

/// The interpreter of the environment that `cargo xtask test` makes, with `grpcio`, `grpcio-health-checking` and
/// `kubernetes-validate`; or the one that `HEALTHSDK_TEST_PYTHON` names.
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
    if file.is_file() {
        Ok(file)
    } else {
        Err(Missing::new(format!("no {name} in the Python environment (`cargo xtask test` brings it)")))
    }
}

/// In the target folder, above the test's own binary. The stamp is written when all is installed.
fn made() -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let mut folders = test.ancestors().map(|folder| folder.join("python"));
    let made = folders.find(|folder| folder.join("healthsdk-packages").is_file())?;
    Some(made.join("bin").join("python3")).filter(|file| file.is_file())
}
