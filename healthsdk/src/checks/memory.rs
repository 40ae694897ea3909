//! Memory in use of the limit that this process would be killed at: of its control group, else of the machine.
//!
//! - **Proves**: that the working set is below the limit. It is counted as the kubelet does: without the pages of files
//!   that the kernel drops when it needs room. Of nested groups the fullest counts, which may hold other processes too.
//! - **Does not prove**: that the next large allocation succeeds, nor that this process is what uses the memory.
//! - **Kind**: readiness. Degraded from 90 %; never an error unless [asked for](Usage::error_at_percent), because allocators keep what they once
//!   had: a service may live near its limit for months.
//! - **Timeout**: the default.
//! - **Permission**: to read `/proc` and `/sys/fs/cgroup`, which is usual in containers.
//! - **Cost**: some 15 small files of the kernel.
//!
//! Knows control groups of version 1, of version 2, and hybrids. On Linux. Elsewhere it is degraded, and says that nothing is known.

use std::borrow::Cow;

pub use super::saturation::Usage;
use super::system;
use crate::{Check, Component};

const DEGRADED_AT: u8 = 90;

/// Says how much memory is in use.
///
/// Data, in bytes: `used`, `limit`, `percent`; `limit_of`, which is `cgroup` or `machine`; and `resident`, what this process has in memory.
///
/// ```no_run,standalone_crate
/// use healthsdk::{checks::memory::{self, Usage}, health_check};
///
/// #[health_check(kind = "readiness")]
/// fn memory() -> Usage {
///     memory::usage().degraded_at_percent(80).error_below(16 << 20)
/// }
/// ```
pub fn usage() -> Usage {
    system::memory().degraded_at_percent(DEGRADED_AT)
}

/// A check of the memory in use, of component [`System`](Component::System).
///
/// ```
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::memory::of("memory"))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>) -> Check {
    Check::blocking(name, usage).component(Component::System)
}
