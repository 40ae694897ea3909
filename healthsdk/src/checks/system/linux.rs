//! What Linux says of this process and its control groups.

mod cgroup;

use std::path::Path;

use procfs::{Current, Meminfo, ProcError, ProcResult, page_size, process::Process};
use rustix::{
    io::Errno,
    process::{Resource, geteuid, getrlimit},
};

use self::cgroup::{Groups, Version, number, number_of};
use super::saturation::Usage;
use crate::Outcome;

/// Counted without opening anything where none is left.
pub(super) fn descriptors() -> Usage {
    let limit = getrlimit(Resource::Nofile).current;
    let used = match Process::myself().and_then(|process| process.fd_count()) {
        // One of them is the look itself.
        Ok(used) => used.saturating_sub(1) as u64,
        Err(error) if is_full(&error) => limit.unwrap_or(u64::MAX),
        Err(error) => return unknown(&error),
    };
    Usage::of_figures().figure("", used, limit)
}

pub(super) fn memory() -> Usage {
    try_memory().unwrap_or_else(|error| unknown(&error))
}

pub(super) fn threads() -> Usage {
    try_threads().unwrap_or_else(|error| unknown(&error))
}

fn try_memory() -> ProcResult<Usage> {
    let process = Process::myself()?;
    let resident = process.statm()?.resident * page_size();
    let machine = Meminfo::current()?;
    let mut levels = Vec::new();
    if let Some(groups) = Groups::of(&process, "memory")? {
        for folder in &groups.folders {
            levels.extend(memory_of(folder, groups.version)?);
        }
    }
    // Version 1 writes "no limit" as a number that no machine has.
    levels.retain(|&(_, limit)| limit < machine.mem_total);
    let group = levels.into_iter().max_by_key(fullness);
    let of = if group.is_some() { "cgroup" } else { "machine" };
    let free = machine.mem_available.unwrap_or(machine.mem_free);
    let (used, limit) = group.unwrap_or((machine.mem_total.saturating_sub(free), machine.mem_total));
    let usage = Usage::of_figures().figure("", used, Some(limit));
    Ok(usage.with("limit_of", of).with("resident", resident))
}

/// The working set and the limit of a group that has one.
fn memory_of(folder: &Path, version: Version) -> ProcResult<Option<(u64, u64)>> {
    let (current, max, inactive) = match version {
        Version::V1 => ("memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file"),
        Version::V2 => ("memory.current", "memory.max", "inactive_file"),
    };
    let Some(limit) = number(folder, max)? else { return Ok(None) };
    let Some(used) = number(folder, current)? else { return Ok(None) };
    let inactive = number_of(folder, "memory.stat", inactive)?.unwrap_or(0);
    Ok(Some((used.saturating_sub(inactive), limit)))
}

fn try_threads() -> ProcResult<Usage> {
    let process = Process::myself()?;
    let threads = u64::try_from(process.stat()?.num_threads).unwrap_or(0);
    // Root is not held to it.
    let limit = getrlimit(Resource::Nproc).current.filter(|_| !geteuid().is_root());
    let mut levels = Vec::new();
    if let Some(groups) = Groups::of(&process, "pids")? {
        for folder in &groups.folders {
            if let (Some(used), Some(limit)) = (number(folder, "pids.current")?, number(folder, "pids.max")?)
            {
                levels.push((used, limit));
            }
        }
    }
    let usage = Usage::of_figures().figure("", threads, limit);
    Ok(match levels.into_iter().max_by_key(fullness) {
        Some((used, limit)) => usage.figure("cgroup", used, Some(limit)),
        None => usage,
    })
}

fn fullness(&(used, limit): &(u64, u64)) -> u128 {
    (u128::from(used) << 32).checked_div(limit.into()).unwrap_or(u128::MAX)
}

/// Whether no more descriptors can be had.
fn is_full(error: &ProcError) -> bool {
    matches!(error, ProcError::Io(error, _) if error.raw_os_error() == Some(Errno::MFILE.raw_os_error()))
}

/// Says nothing about what was to be counted.
fn unknown(error: &ProcError) -> Usage {
    Usage::known(Outcome::degraded(format_args!("cannot be told: {error}")))
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn a_group_is_told_by_its_working_set_in_both_versions() {
        let folder = env::temp_dir().join(format!("healthsdk-groups-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let write = |file: &str, text: &str| fs::write(folder.join(file), text).unwrap();
        assert_eq!(memory_of(&folder, Version::V2).unwrap(), None, "the root of version 2 has no such files");
        write("memory.current", "1000\n");
        write("memory.max", "max\n");
        write("memory.stat", "anon 700\ninactive_file 250\nworkingset_refault_file 9\n");
        assert_eq!(memory_of(&folder, Version::V2).unwrap(), None, "there is no limit");
        write("memory.max", "4096\n");
        assert_eq!(memory_of(&folder, Version::V2).unwrap(), Some((750, 4096)));
        write("memory.usage_in_bytes", "1000\n");
        write("memory.limit_in_bytes", "2048\n");
        write("memory.stat", "inactive_file 1\ntotal_inactive_file 400\n");
        assert_eq!(memory_of(&folder, Version::V1).unwrap(), Some((600, 2048)));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_fullest_group_counts() {
        let levels = [(900, 1000), (95, 100), (1, 0)];
        assert_eq!(levels.iter().max_by_key(|level| fullness(level)), Some(&(1, 0)));
        assert_eq!(levels[..2].iter().max_by_key(|level| fullness(level)), Some(&(95, 100)));
    }
}
