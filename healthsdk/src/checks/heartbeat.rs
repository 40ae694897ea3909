//! Time since a background loop last said that it goes on.
//!
//! - **Proves**: that the loop came by its `beat` within the time it may take.
//! - **Does not prove**: that its work succeeded, unless it beats after a success alone. A loop that waits for a
//!   dependency stops beating with it: have it beat when it tries.
//! - **Kind**: liveness, where a restart is the cure of a stuck loop: it takes no dependency. Readiness, where requests
//!   need what the loop does.
//! - **Timeout**: the default, and the default interval. `within` is several turns of the loop, at least 3, with their longest
//!   work: on top come the runs that [`failure_threshold`](Check::failure_threshold) asks for.
//! - **Permission**: none.
//! - **Cost**: an atomic store a beat, an atomic load a run.
//!
//! Time in which the whole process did not run, because it was frozen or starved, does not count against the loop: after
//! it, the loop has its whole time again.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::measure::milliseconds;
use crate::{Check, Component, Outcome, run::thawed};

/// What a background loop beats, and a check looks at. Clones are the same heartbeat.
///
/// The time of the first beat counts from when it was made.
///
/// ```
/// use std::time::Duration;
/// use healthsdk::{Kind, Monitor, checks::heartbeat::{self, Heartbeat}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), healthsdk::BuildError> {
/// let heartbeat = Heartbeat::new();
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(heartbeat::of("sweeper", heartbeat.clone(), Duration::from_secs(60)).kind(Kind::Liveness))
///     .build()?;
/// tokio::spawn(async move {
///     loop {
///         heartbeat.beat();
///         tokio::time::sleep(Duration::from_secs(10)).await; // and its work
///     }
/// });
/// # drop(monitor); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Heartbeat(Arc<Beat>);

#[derive(Debug)]
struct Beat {
    epoch: Instant,
    /// Milliseconds after the epoch.
    last: AtomicU64,
}

impl Heartbeat {
    /// One whose loop begins now.
    #[expect(clippy::new_without_default, reason = "when it is made matters")]
    pub fn new() -> Self {
        Self(Arc::new(Beat { epoch: Instant::now(), last: AtomicU64::new(0) }))
    }

    /// The loop goes on. Waits for nothing, and may be called at every turn.
    pub fn beat(&self) {
        let at = u64::try_from(self.0.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.fetch_max(at, Ordering::Relaxed);
    }

    /// Says once whether the last beat is younger than `within`. Data: `age_ms`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use healthsdk::{Status, checks::heartbeat::Heartbeat};
    ///
    /// let heartbeat = Heartbeat::new();
    /// assert_eq!(heartbeat.age_within(Duration::from_secs(60)).status(), Status::Ok);
    /// ```
    pub fn age_within(&self, within: Duration) -> Outcome {
        judge(self.last(), Instant::now(), thawed(), within)
    }

    fn last(&self) -> Instant {
        self.0.epoch + Duration::from_millis(self.0.last.load(Ordering::Relaxed))
    }
}

/// A check that the heartbeat is younger than `within`, of component [`Component`](Component::Component).
#[track_caller]
pub fn of(name: impl Into<Cow<'static, str>>, heartbeat: Heartbeat, within: Duration) -> Check {
    Check::blocking(name, move || heartbeat.age_within(within)).component(Component::Component)
}

/// `thawed`: when the process last went on after it had not run.
fn judge(last: Instant, now: Instant, thawed: Option<Instant>, within: Duration) -> Outcome {
    let silent = now.saturating_duration_since(thawed.map_or(last, |thawed| last.max(thawed)));
    let outcome = if silent <= within {
        Outcome::ok()
    } else {
        Outcome::error(format_args!("no heartbeat for {} s, more than {within:?}", silent.as_secs()))
    };
    outcome.with("age_ms", milliseconds(now.saturating_duration_since(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    const WITHIN: Duration = Duration::from_secs(60);

    #[test]
    fn a_silence_longer_than_allowed_is_an_error() {
        let last = Instant::now();
        let after = |seconds| judge(last, last + Duration::from_secs(seconds), None, WITHIN);
        assert_eq!(after(60).status(), Status::Ok);
        assert_eq!(after(61).status(), Status::Error);
        assert_eq!(after(61).message(), Some("no heartbeat for 61 s, more than 60s"));
    }

    #[test]
    fn after_a_freeze_the_loop_has_its_whole_time_again() {
        let last = Instant::now();
        let thawed = last + Duration::from_secs(3600);
        let after =
            |seconds| judge(last, thawed + Duration::from_secs(seconds), Some(thawed), WITHIN).status();
        assert_eq!((after(0), after(60), after(61)), (Status::Ok, Status::Ok, Status::Error));
        let before = judge(thawed, thawed + Duration::from_secs(61), Some(last), WITHIN);
        assert_eq!(before.status(), Status::Error, "a freeze before the last beat excuses nothing");
    }

    #[test]
    fn a_beat_of_a_clone_counts_and_none_yet_counts_from_the_beginning() {
        let heartbeat = Heartbeat::new();
        assert_eq!(heartbeat.age_within(WITHIN).status(), Status::Ok);
        let begun = heartbeat.last();
        while heartbeat.last() == begun {
            heartbeat.clone().beat();
        }
        assert!(heartbeat.last() > begun);
    }
}
