//! What the service and the soak agree on.

use std::time::Duration;

/// Whose bearer is told details.
pub(crate) const TOKEN: &str = "the-token-of-the-soak";
/// In the messages of the checks that fail: healthsdk has to take it out.
pub(crate) const SECRET: &str = "hunter2-of-the-soak";
/// As well, and friends are told it.
pub(crate) const MARK: &str = "the soak wants it";
pub(crate) const DRAIN_DELAY: Duration = Duration::from_secs(2);
pub(crate) const GRACE: Duration = Duration::from_secs(12);
