//! What is told of the hooks of transitions.

use std::panic::Location;

use tracing::{error, warn};

use crate::text::plain;

/// Told once until it takes the next.
pub(crate) fn hook_is_behind(hook: &Location<'_>) {
    warn!(hook = %hook, "the hook declared at {hook} does not return: the oldest transitions that wait for it are lost");
}

pub(crate) fn hook_missed(hook: &Location<'_>, missed: u64) {
    warn!(hook = %hook, missed, "the hook declared at {hook} has missed {missed} transitions");
}

pub(crate) fn hook_panicked(hook: &Location<'_>, message: &str) {
    let message = plain(message);
    error!(hook = %hook, "the hook declared at {hook} panicked: {message}");
}
