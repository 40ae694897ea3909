//! Nobody of a soak ends in silence.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::phase::Phase;

/// Does what has to last as long as the soak probes: that it ends earlier, or panics, ends the soak with an error.
pub(crate) fn last<T>(name: impl Display, phase: &Phase, body: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(ended) => {
            if phase.is_probed() {
                phase.fail(format!("{name} ended early"));
            }
            Some(ended)
        }
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("no text");
            phase.fail(format!("{name} panicked: {text}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::phase::Ending;

    /// One of the crew, and one that waits for the end.
    fn sail(body: impl FnOnce() + Send) -> Phase {
        let phase = Phase::default();
        thread::scope(|scope| {
            let ending = Ending(&phase);
            let waits = scope.spawn(|| {
                while !phase.is_over() {
                    thread::sleep(Duration::from_millis(1));
                }
            });
            scope.spawn(|| last("one", &phase, body)).join().expect("it is caught");
            drop(ending);
            waits.join().expect("it waits");
        });
        phase
    }

    #[test]
    fn whoever_panics_ends_the_soak_with_an_error() {
        let phase = sail(|| panic!("a fault of the soak"));
        assert!(phase.has_failed() && !phase.is_probed());
    }

    #[test]
    fn whoever_ends_before_probing_does_ends_the_soak_with_an_error() {
        assert!(sail(|| ()).has_failed());
        let phase = Phase::default();
        phase.end_probing();
        assert_eq!(last("one", &phase, || 7), Some(7));
        assert!(!phase.has_failed());
    }

    #[test]
    fn a_panic_of_the_one_who_ends_all_leaves_nobody_waiting() {
        let phase = Phase::default();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let _ending = Ending(&phase);
            panic!("the captain");
        }));
        assert!(ended.is_err() && phase.is_over() && !phase.is_probed() && !phase.sends_traffic());
    }
}
