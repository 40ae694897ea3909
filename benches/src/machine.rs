//! Where the figures come from.

use std::{fs, num::NonZero, process::Command, thread, time::SystemTime};

/// The programs whose version matters, and how each is asked.
const PROGRAMS: &[[&str; 2]] = &[
    ["rustc", "--version"],
    ["valgrind", "--version"],
    ["node", "--version"],
    ["go", "version"],
    ["postgres", "--version"],
    ["redis-server", "--version"],
];
/// The files that lock what the servers are built with.
const LOCKS: &[Lock] = &[
    Lock {
        path: "../Cargo.lock",
        packages: &[
            "healthsdk",
            "actix-web",
            "actix-http",
            "tokio",
            "axum",
            "axum-health",
            "health-checks",
            "ullun-api",
        ],
        before: |package| format!("name = \"{package}\"\nversion = \""),
    },
    Lock {
        path: "peers/node/package.json",
        packages: &["@godaddy/terminus"],
        before: |package| format!("\"{package}\": \""),
    },
    Lock {
        path: "peers/go/go.mod",
        packages: &["github.com/alexliesenfeld/health"],
        before: |package| format!("require {package} v"),
    },
];

struct Lock {
    path: &'static str,
    packages: &'static [&'static str],
    /// What stands before the version.
    before: fn(&str) -> String,
}

/// What it is, and what it says of itself; what it does not tell is left out.
pub(crate) fn facts() -> Vec<(String, String)> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get).to_string();
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let told = [
        ("date", Some(date[.."2026-01-01".len()].to_owned())),
        ("processor", processor()),
        ("cores", Some(cores)),
        ("memory", memory()),
        ("kernel", read("/proc/sys/kernel/ostype").zip(read("/proc/sys/kernel/osrelease")).map(joined)),
    ];
    let told = told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let programs = PROGRAMS.iter().filter_map(|[program, option]| version(program, option));
    told.chain(programs).chain(packages()).collect()
}

fn processor() -> Option<String> {
    let info = read("/proc/cpuinfo")?;
    let model = info.lines().find(|line| line.starts_with("model name"))?;
    Some(model.split_once(':')?.1.trim().to_owned())
}

fn memory() -> Option<String> {
    let info = read("/proc/meminfo")?;
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = total.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(format!("{} GiB", (kilobytes + (1 << 19)) >> 20))
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

fn joined((first, second): (String, String)) -> String {
    format!("{first} {second}")
}

fn version(program: &str, option: &str) -> Option<(String, String)> {
    let output = Command::new(program).arg(option).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some((program.to_owned(), said.lines().next()?.trim_start_matches(program).trim().to_owned()))
}

/// As they are locked, which is how they were built.
fn packages() -> impl Iterator<Item = (String, String)> {
    LOCKS.iter().flat_map(|lock| {
        let text = read(&format!("{}/{}", env!("CARGO_MANIFEST_DIR"), lock.path)).unwrap_or_default();
        lock.packages.iter().filter_map(move |package| {
            let (_, after) = text.split_once(&(lock.before)(package))?;
            Some(((*package).to_owned(), after.split(['"', '\n']).next()?.to_owned()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_has_a_version() {
        for (package, version) in packages() {
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{package}: {version}");
        }
        assert_eq!(packages().count(), LOCKS.iter().map(|lock| lock.packages.len()).sum::<usize>());
    }
}
