//! Threads of this process, and of its control group.
//!
//! - **Proves**: that the process is below its soft limit (`RLIMIT_NPROC`), and its control groups below theirs (`pids.max`, versions 1 and 2).
//! - **Does not prove**: that a thread can be started: other processes of the same user count against `RLIMIT_NPROC` and are not seen,
//!   nor are limits of the whole machine.
//! - **Kind**: readiness. Degraded from 80 %; never an error unless [asked for](Usage::error_at_percent).
//! - **Timeout**: the default.
//! - **Permission**: to read `/proc` and `/sys/fs/cgroup`, which is usual in containers.
//! - **Cost**: some 10 small files of the kernel.
//!
//! On Linux. Elsewhere it is degraded, and says that nothing is known.

use std::borrow::Cow;

pub use super::saturation::Usage;
use super::system;
use crate::{Check, Component};

/// Says how many threads there are.
///
/// Data: `used`, the threads of this process, and `limit` and `percent` unless it is root; `cgroup_used`, `cgroup_limit` and `cgroup_percent` of the
/// fullest group around it, where one has a limit.
///
/// ```no_run,standalone_crate
/// use healthsdk::{checks::threads::{self, Usage}, health_check};
///
/// #[health_check(kind = "readiness")]
/// fn threads() -> Usage {
///     threads::usage().degraded_at_percent(50)
/// }
/// ```
pub fn usage() -> Usage {
    system::threads()
}

/// A check of the threads, of component [`System`](Component::System).
///
/// ```
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::threads::of("threads"))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>) -> Check {
    Check::blocking(name, usage).component(Component::System)
}
