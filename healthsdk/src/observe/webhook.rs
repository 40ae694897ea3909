//! What is told of alerts to other services.

use tracing::{error, info, warn};

use crate::{Status, text::plain};

/// Told once, until one is delivered.
pub(crate) fn fails(target: &str, why: &str) {
    let why = &*plain(why);
    warn!(webhook = target, reason = why, "alerts to {target} are not delivered, and tried again: {why}");
}

pub(crate) fn works_again(target: &str) {
    info!(webhook = target, "alerts to {target} are delivered again");
}

pub(crate) fn dropped(target: &str, check: &str, to: Status, why: &str) {
    let why = &*plain(why);
    error!(
        webhook = target,
        check,
        to = to.as_str(),
        reason = why,
        dropped = 1,
        "an alert to {target} was dropped, that check `{check}` is {to}: {why}"
    );
}

pub(crate) fn overflown(target: &str, dropped: u64) {
    error!(webhook = target, dropped, "too many alerts wait for {target}: the oldest {dropped} were dropped");
}

pub(crate) fn left_over(target: &str, dropped: u64) {
    error!(webhook = target, dropped, "{dropped} alerts to {target} were dropped, because the service ends");
}
