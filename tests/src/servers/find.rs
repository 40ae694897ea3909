use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::Missing;

/// Where only root's `PATH` leads.
const SYSTEM: [&str; 2] = ["/usr/local/sbin", "/usr/sbin"];

pub(super) fn on_path(binary: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&folders).chain(SYSTEM.map(PathBuf::from));
    folders.map(|folder| folder.join(binary)).find(|file| file.is_file())
}

/// Where a client is that a test runs itself.
///
/// # Errors
/// Where it is not on the path; `package` is Debian's.
pub fn client(binary: &str, package: &str) -> Result<PathBuf, Missing> {
    on_path(binary).ok_or_else(|| Missing::binary(binary, package))
}

/// The folder with both `postgres` and `initdb`, which Debian keeps off the path.
pub(super) fn postgres_folder() -> Option<PathBuf> {
    let linked = || fs::canonicalize(on_path("postgres")?).ok()?.parent().map(Path::to_owned);
    let complete =
        |folder: &PathBuf| ["postgres", "initdb"].iter().all(|binary| folder.join(binary).is_file());
    configured().into_iter().chain(versioned()).chain(linked()).find(complete)
}

fn configured() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Debian's folders, the newest version first.
fn versioned() -> Vec<PathBuf> {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<f32>().ok();
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    found.sort_by(|a, b| version(b).partial_cmp(&version(a)).unwrap_or(std::cmp::Ordering::Equal));
    found.into_iter().map(|folder| folder.join("bin")).collect()
}
