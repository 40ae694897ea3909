use std::thread;
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_millis(5);

/// Waits until `met` is true.
///
/// It waits for an event that must come, and ends as soon as it has come. It is not for letting time pass in the hope
/// that nothing happens.
///
/// # Panics
/// With `what` was awaited, when `within` has passed.
#[track_caller]
pub fn eventually(what: &str, within: Duration, mut met: impl FnMut() -> bool) {
    eventually_some(what, within, || met().then_some(()));
}

/// As [`eventually`], for an event that brings a value.
///
/// # Panics
/// As [`eventually`].
#[track_caller]
pub fn eventually_some<T>(what: &str, within: Duration, event: impl FnMut() -> Option<T>) -> T {
    poll(within, event).unwrap_or_else(|| panic!("not within {within:?}: {what}"))
}

pub(crate) fn poll<T>(within: Duration, mut event: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let seen = event();
        if seen.is_some() || start.elapsed() >= within {
            return seen;
        }
        thread::sleep(PERIOD);
    }
}
