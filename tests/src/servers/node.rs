use std::env;
use std::path::PathBuf;

use super::Missing;

/// A file of a package of npm that `cargo xtask test` brings, such as `axe-core/axe.min.js`.
///
/// # Errors
/// Where it is not there; see [`need!`](crate::need!).
pub fn module(file: &str) -> Result<PathBuf, Missing> {
    // In the target folder, above the test's own binary.
    let test = env::current_exe().unwrap_or_default();
    let mut folders = test.ancestors().map(|folder| folder.join("node").join("node_modules").join(file));
    folders.find(|file| file.is_file()).ok_or_else(|| {
        Missing::new(format!(
            "no {file} in the folder of node modules (`cargo xtask test` brings it, npm is needed)"
        ))
    })
}
