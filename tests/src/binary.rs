use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The binary of another package of this workspace, built now if it was not, with the profile of the tests.
///
/// # Panics
/// Where it cannot be built.
#[track_caller]
pub fn built(package: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").expect("cargo runs the tests");
    let build = Command::new(cargo).args(["build", "--quiet", "--package", package]).status();
    assert!(build.expect("cargo starts").success(), "`cargo build --package {package}` failed");
    let this = env::current_exe().expect("the test has a path");
    let folder = this.parent().and_then(|deps| deps.parent()).expect("it is in a target folder");
    folder.join(package)
}
