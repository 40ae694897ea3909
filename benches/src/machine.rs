//! Where the figures come from.

use std::{fs, num::NonZero, process::Command, thread, time::SystemTime};

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");

/// The programs whose version matters, and how each is asked.
const PROGRAMS: &[[&str; 2]] =
    &[["rustc", "--version"], ["valgrind", "--version"], ["node", "--version"], ["go", "version"]];
/// The packages whose version matters.
const PACKAGES: &[&str] =
    &["healthsdk", "actix-web", "actix-http", "tokio", "axum-health", "health-checks", "ullun-api"];

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
    let lock = read(LOCK).unwrap_or_default();
    PACKAGES.iter().filter_map(move |package| {
        let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
        Some(((*package).to_owned(), after.split('"').next()?.to_owned()))
    })
}
