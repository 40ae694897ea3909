use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs};

use xshell::{Shell, cmd};

use crate::Result;

use Thing::{Binary, Library};

/// What tests start or link, and the Debian package that brings it.
const NEEDED: [(Thing, &str); 17] = [
    (Library("pq"), "libpq-dev"),
    (Binary("postgres"), "postgresql"),
    (Binary("redis-server"), "redis-server"),
    (Binary("mariadbd"), "mariadb-server"),
    (Binary("rabbitmq-server"), "rabbitmq-server"),
    (Binary("nats-server"), "nats-server"),
    (Binary("memcached"), "memcached"),
    (Binary("dnsmasq"), "dnsmasq-base"),
    (Binary("haproxy"), "haproxy"),
    (Binary("prometheus"), "prometheus"),
    (Binary("prometheus-alertmanager"), "prometheus-alertmanager"),
    (Binary("prometheus-blackbox-exporter"), "prometheus-blackbox-exporter"),
    (Binary("chromium"), "chromium"),
    (Binary("chromedriver"), "chromium-driver"),
    (Binary("npm"), "npm"),
    (Binary("systemd"), "systemd"),
    (Binary("kubectl"), "kubernetes-client"),
];

/// Where Debian keeps servers, off the path of some users or of all.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/lib/systemd", "/lib/systemd"];

#[derive(Clone, Copy)]
enum Thing {
    /// Tests start it, and those of it are skipped without it.
    Binary(&'static str),
    /// A client's crate is linked against it: without it the tests of the checks do not build.
    Library(&'static str),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Binary(name) => write!(f, "{name}; its tests are skipped"),
            Library(name) => write!(f, "lib{name}; what links it does not build"),
        }
    }
}

/// Installs what is missing where that is possible, and says what to do where it is not. The tests of what is still
/// missing afterwards are skipped by name.
pub(crate) fn run(sh: &Shell) {
    let missing = missing(sh);
    if missing.is_empty() {
        return;
    }
    if let Err(reason) = install(sh, &missing) {
        eprintln!("not installed: {reason}");
    }
    for (thing, package) in self::missing(sh) {
        eprintln!("missing: {thing}; `apt-get install {package}`, or what brings it here");
    }
}

/// All at once, which is quickest; one by one where that fails, so that one which cannot be had costs no other.
fn install(sh: &Shell, missing: &[(Thing, &str)]) -> Result {
    if on_path("apt-get").is_none() {
        return Err("this system has no apt-get".into());
    }
    let root = cmd!(sh, "id -u").quiet().read()? == "0";
    if !root && cmd!(sh, "sudo -n true").quiet().ignore_stderr().run().is_err() {
        return Err("neither root, nor sudo without a password".into());
    }
    let sudo: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let apt = |args: &[&str]| {
        let words = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
        let (program, args) = words.split_first().ok_or("no words")?;
        Result::Ok(cmd!(sh, "{program} {args...}").run()?)
    };
    let install =
        |packages: &[&str]| apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat());
    apt(&["update"])?;
    let packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    if install(&packages).is_err() {
        for package in packages {
            if let Err(reason) = install(&[package]) {
                eprintln!("not installed: {package} ({reason})");
            }
        }
    }
    Ok(())
}

fn missing(sh: &Shell) -> Vec<(Thing, &'static str)> {
    let is_there = |thing: Thing| match thing {
        Binary(name) => on_path(name).is_some() || off_path(name) || in_postgres_folder(name),
        Library(name) => has_library(sh, name),
    };
    NEEDED.into_iter().filter(|(thing, _)| !is_there(*thing)).collect()
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

/// As a C compiler finds it, which Rust's linker is.
fn has_library(sh: &Shell, name: &str) -> bool {
    [format!("lib{name}.so"), format!("lib{name}.dylib")].iter().any(|file| {
        let found = cmd!(sh, "cc -print-file-name={file}").quiet().ignore_stderr().read();
        // What it does not find it prints as it was asked.
        found.is_ok_and(|found| Path::new(&found).is_absolute())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_where_the_linker_looks() {
        let sh = Shell::new().expect("there is a folder to work in");
        assert!(has_library(&sh, "c") && !has_library(&sh, "nothing-of-this-name"));
    }
}
