//! Free space and free inodes of the file system that a path is on.
//!
//! - **Proves**: that the file system has room, in bytes and in inodes, for a process without privileges, and is not mounted read-only.
//! - **Does not prove**: that a file can be written there: quotas, permissions and a failing disk show only then. Where a mount is
//!   missing, the file system below it answers.
//! - **Kind**: readiness, of a service that cannot answer without writing. Degraded at 90 %, where the kubelet begins to evict pods; an error at 99 %,
//!   where requests fail.
//! - **Timeout**: the default. A network file system whose server hangs blocks the thread of the run: the check times out, and no other
//!   run of it begins before that one ends.
//! - **Permission**: to search the folders above the path.
//! - **Cost**: one system call.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use rustix::fs::{StatVfs, StatVfsMountFlags, statvfs};

pub use super::saturation::Usage;
use crate::{Check, Component, Outcome};

const DEGRADED_AT: u8 = 90;
const ERROR_AT: u8 = 99;

/// Says how full the file system of this path is. Blocks, as files do.
///
/// [`error_below`](Usage::error_below) and [`degraded_below`](Usage::degraded_below) count bytes. Data: `used`, `limit`, `percent` of the
/// bytes; `inodes_used`, `inodes_limit`, `inodes_percent`, where the file system has a number of inodes.
///
/// ```
/// use healthsdk::{IntoOutcome, checks::disk};
///
/// let outcome = disk::usage("/").degraded_at_percent(80).error_below(50 << 20).into_outcome();
/// assert!(outcome.data().contains_key("limit"));
/// ```
pub fn usage(path: impl AsRef<Path>) -> Usage {
    let path = path.as_ref();
    match statvfs(path) {
        Ok(stat) => of_stat(&stat),
        Err(error) => {
            let error = io::Error::from(error);
            Usage::known(Outcome::error(format_args!("{}: {error}", path.display())))
        }
    }
}

/// A check of the file system that this path is on, of component [`System`](Component::System).
///
/// ```
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::disk::of("disk", "/var/lib/orders"))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, path: impl Into<PathBuf>) -> Check {
    let path = path.into();
    Check::blocking(name, move || usage(&path)).component(Component::System)
}

fn of_stat(stat: &StatVfs) -> Usage {
    if stat.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Usage::known(Outcome::error("the file system is mounted read-only"));
    }
    // As `df` counts: what is reserved for root is neither used nor there.
    let used = stat.f_blocks.saturating_sub(stat.f_bfree);
    let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
    let usage = Usage::of_figures().degraded_at_percent(DEGRADED_AT).error_at_percent(ERROR_AT).figure(
        "",
        bytes(used),
        // Some file systems have no size.
        (stat.f_blocks > 0).then(|| bytes(used.saturating_add(stat.f_bavail))),
    );
    if stat.f_files == 0 {
        return usage;
    }
    let used = stat.f_files.saturating_sub(stat.f_ffree);
    usage.figure("inodes", used, Some(used.saturating_add(stat.f_favail)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IntoOutcome, Status};

    fn stat(free: u64, free_inodes: u64, flags: StatVfsMountFlags) -> StatVfs {
        StatVfs {
            f_bsize: 4096,
            f_frsize: 1024,
            f_blocks: 1000,
            f_bfree: free + 50,
            f_bavail: free,
            f_files: 100,
            f_ffree: free_inodes,
            f_favail: free_inodes,
            f_fsid: 0,
            f_flag: flags,
            f_namemax: 255,
        }
    }

    fn seen(stat: &StatVfs) -> (Status, Option<String>) {
        let outcome = of_stat(stat).into_outcome();
        (outcome.status(), outcome.message().map(str::to_owned))
    }

    #[test]
    fn bytes_are_counted_without_what_is_reserved_for_root() {
        let writable = StatVfsMountFlags::empty();
        let outcome = of_stat(&stat(475, 100, writable)).into_outcome();
        assert_eq!(
            (&outcome.data()["used"], &outcome.data()["limit"]),
            (&(475 * 1024).into(), &(950 * 1024).into())
        );
        let (status, message) = seen(&stat(0, 100, writable));
        assert_eq!((status, message.as_deref()), (Status::Error, Some("100 % in use: 972800 of 972800")));
        assert_eq!(seen(&stat(90, 100, writable)).0, Status::Degraded);
    }

    #[test]
    fn no_inodes_left_is_a_full_disk_with_much_room() {
        let (status, message) = seen(&stat(900, 0, StatVfsMountFlags::empty()));
        assert_eq!(
            (status, message.as_deref()),
            (Status::Error, Some("100 % of the inodes in use: 100 of 100"))
        );
        let uncounted = StatVfs { f_files: 0, f_ffree: 0, ..stat(900, 0, StatVfsMountFlags::empty()) };
        assert_eq!(seen(&uncounted).0, Status::Ok);
        let sizeless = StatVfs { f_blocks: 0, f_bfree: 0, f_bavail: 0, ..uncounted };
        assert_eq!(seen(&sizeless).0, Status::Ok);
    }

    #[test]
    fn a_file_system_that_cannot_be_written_has_no_room() {
        assert_eq!(seen(&stat(900, 90, StatVfsMountFlags::RDONLY)).0, Status::Error);
    }
}
