use std::path::{Path, PathBuf};
use std::{env, fs};

use xshell::{Shell, cmd};

use crate::Result;

/// A binary that tests start, and the Debian package that brings it.
const NEEDED: [(&str, &str); 6] = [
    ("postgres", "postgresql"),
    ("redis-server", "redis-server"),
    ("haproxy", "haproxy"),
    ("prometheus-blackbox-exporter", "prometheus-blackbox-exporter"),
    ("systemd", "systemd"),
    ("kubectl", "kubernetes-client"),
];

/// Where Debian keeps servers, off the path of some users or of all.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/lib/systemd", "/lib/systemd"];

/// Installs what is missing where that is possible, and says what to do where it is not. The tests of what is still
/// missing afterwards are skipped by name.
pub(crate) fn run(sh: &Shell) {
    let missing = missing();
    if missing.is_empty() {
        return;
    }
    if let Err(reason) = install(sh, &missing) {
        eprintln!("not installed: {reason}");
    }
    for (binary, package) in self::missing() {
        eprintln!(
            "missing: {binary}; its tests are skipped; `apt-get install {package}`, or what brings it here"
        );
    }
}

fn install(sh: &Shell, missing: &[(&str, &str)]) -> Result {
    if on_path("apt-get").is_none() {
        return Err("this system has no apt-get".into());
    }
    let root = cmd!(sh, "id -u").quiet().read()? == "0";
    if !root && cmd!(sh, "sudo -n true").quiet().ignore_stderr().run().is_err() {
        return Err("neither root, nor sudo without a password".into());
    }
    let sudo: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let packages = missing.iter().map(|(_, package)| *package);
    let apt = |args: &[&str]| {
        let words = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
        let (program, args) = words.split_first().ok_or("no words")?;
        Result::Ok(cmd!(sh, "{program} {args...}").run()?)
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends"].into_iter().chain(packages).collect::<Vec<_>>())
}

fn missing() -> Vec<(&'static str, &'static str)> {
    NEEDED
        .into_iter()
        .filter(|(binary, _)| on_path(binary).is_none() && !off_path(binary) && !in_postgres_folder(binary))
        .collect()
}

fn on_path(binary: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(binary)).find(|file| file.is_file())
}

fn off_path(binary: &str) -> bool {
    FOLDERS.iter().any(|folder| Path::new(folder).join(binary).is_file())
}

/// Debian keeps the binaries of the server off the path.
fn in_postgres_folder(binary: &str) -> bool {
    let versions = fs::read_dir(Path::new("/usr/lib/postgresql")).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin").join(binary)).any(|file| file.is_file())
}
