use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

static LAST: Mutex<Option<Instant>> = Mutex::new(None);

/// The process went on now, after it had not run.
pub(super) fn note(now: Instant) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
}

/// When the process last went on after it had not run, as far as an engine saw it.
#[cfg_attr(not(feature = "heartbeat"), allow(dead_code, reason = "for checks that measure silence"))]
pub(crate) fn thawed() -> Option<Instant> {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_thaw_is_remembered() {
        let now = Instant::now();
        note(now);
        assert!(thawed() >= Some(now), "engines of other tests may have seen a later one");
    }
}
