//! What is published of one check, and when it runs: the promises of healthsdk as a table of states, without threads, locks and
//! clocks.
//!
//! Written from the table and the README, so that it means something where it agrees with the code; where both say nothing (what a
//! reminder is put off by, how long a shift between ok and degraded lasts until it is told), from what the tests of healthsdk
//! claim. `docs/model.md` says what is held equal. Time is an argument, as the [`Duration`](std::time::Duration) since the process
//! started. A [`Check`] allocates nothing and is less than 400 bytes, so that a simulation
//! can keep a hundred thousand.
//!
//! | published | event | next |
//! | --- | --- | --- |
//! | pending | pass | ok or degraded, at once |
//! | pending | fail | pending, run again after `retry_interval`; its `failure_status` at once where that is degraded or ok |
//! | ok, degraded | fail, fewer than `failure_threshold` in a row | unchanged, run again after `retry_interval` |
//! | ok, degraded | the threshold is reached | failed: `failure_status`, or degraded where it is shared; told once |
//! | failed | pass, fewer than `success_threshold` in a row | unchanged, run again after `retry_interval` |
//! | failed | the threshold is reached | ok or degraded; told once |
//! | any | timeout | one failure; what comes later is recorded, not counted |
//! | any | nothing completed in `3 * interval + timeout` | failed |
//! | any | the process was frozen | runs under way are void, the published state holds, all run again |
//! | any | the process drains | nothing changes any more |
//!
//! On-demand checks have no interval: they are silent only while a run is under way, for `3 * retry_interval + timeout`.
//!
//! ```
//! use std::time::Duration;
//! use healthsdk_model::{Check, Ended, Options, Published};
//!
//! let mut check = Check::new(Options::default());
//! let mut now = Duration::ZERO;
//! for ended in [Ended::Passed, Ended::Failed, Ended::Failed, Ended::Failed] {
//!     now = check.next_run().expect("it runs in the background");
//!     check.begin(now);
//!     now += Duration::from_millis(20);
//!     check.ended(now, ended, 0.0);
//! }
//! assert_eq!(check.published(), Published::Error);
//! assert_eq!(now, Duration::from_millis(5_000 + 2 * 1_020 + 20), "an interval, and two retries");
//! ```

mod options;
mod told;
mod check;

pub use check::{Check, Ended, Published};
pub use options::{Options, Scope, Status};
pub use told::{Change, Told};

#[cfg(test)]
mod tests;
