//! Loom's threads, on a machine with one processor.

use real::{io, num::NonZero};

pub use loom::thread::{JoinHandle, spawn};

/// One.
#[allow(clippy::missing_errors_doc, reason = "as that of the standard library")]
pub fn available_parallelism() -> io::Result<NonZero<usize>> {
    Ok(NonZero::<usize>::MIN)
}
