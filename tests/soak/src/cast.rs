//! What the service and the soak agree on.

use std::time::Duration;

/// Whose bearer is told details.
pub(crate) const TOKEN: &str = "the-token-of-the-soak";
pub(crate) const DRAIN_DELAY: Duration = Duration::from_secs(2);
pub(crate) const GRACE: Duration = Duration::from_secs(12);
