//! Open file descriptors of this process: sockets, files, pipes, timers, polls.
//!
//! - **Proves**: that the process is below its own soft limit of open files (`RLIMIT_NOFILE`).
//! - **Does not prove**: that the machine has any left, nor that nothing leaks slowly.
//! - **Kind**: readiness. Degraded from 80 %; never an error unless [asked for](Usage::error_at_percent). Without a descriptor a server
//!   accepts no connection, not even a probe's, so the warning before is what counts.
//! - **Timeout**: the default.
//! - **Permission**: to read `/proc/self`, which is usual.
//! - **Cost**: two or three system calls on Linux 6.2 and newer; before, one more for every few hundred descriptors.
//!
//! On Linux. Elsewhere it is degraded, and says that nothing is known.

use std::borrow::Cow;

pub use super::saturation::Usage;
use super::system;
use crate::{Check, Component};

/// Says how many descriptors are open. Data: `used`, `limit`, `percent`.
///
/// ```no_run,standalone_crate
/// use healthsdk::{checks::descriptors::{self, Usage}, health_check};
///
/// #[health_check(kind = "readiness")]
/// fn descriptors() -> Usage {
///     descriptors::usage().degraded_at_percent(50)
/// }
/// ```
pub fn usage() -> Usage {
    system::descriptors()
}

/// A check of the open descriptors, of component [`System`](Component::System).
///
/// ```
/// use healthsdk::{Monitor, checks};
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::descriptors::of("descriptors"))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>) -> Check {
    Check::blocking(name, usage).component(Component::System)
}
