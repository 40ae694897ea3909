//! How much of anything counted is in use: a rate limiter, a semaphore, a channel, a pool, a thread pool.
//!
//! - **Proves**: that less than a share of a limit is in use, as the closure counts it.
//! - **Does not prove**: that what is in use does any work, nor that the count is right.
//! - **Kind**: readiness. Saturated is degraded and by default never an error: out of traffic, this replica would hand
//!   its load to others that are as full.
//! - **Timeout**: the default. The closure should only read numbers; the default interval suits.
//! - **Permission**: none.
//! - **Cost**: one call of the closure.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Cause, Check, IntoOutcome, Outcome};

const DEGRADED_AT: u8 = 80;

/// What is in use of one or several limits, and from where on that matters. The worst of them counts.
///
/// A check may return it as it is. Data: `used`, `limit`, `percent`.
///
/// ```
/// use healthsdk::{IntoOutcome, Status, checks::saturation::Usage};
///
/// let outcome = Usage::new(19, 20).degraded_at_percent(90).error_at_percent(100).into_outcome();
/// assert_eq!(outcome.status(), Status::Degraded);
/// assert_eq!(outcome.message(), Some("95 % in use: 19 of 20"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is what a check returns"]
pub struct Usage {
    figures: Vec<Figure>,
    degraded_at: u8,
    error_at: Option<u8>,
    degraded_below: u64,
    error_below: u64,
    /// What counts unless the figures are worse.
    known: Outcome,
    data: Vec<(&'static str, Value)>,
}

#[derive(Clone, Debug)]
struct Figure {
    /// Stands before its keys in the data; nothing for the first.
    what: &'static str,
    used: u64,
    limit: Option<u64>,
}

impl Usage {
    /// So many in use of at most so many. Degraded from 80 % on.
    pub fn new(used: u64, limit: u64) -> Self {
        Self::of_figures().figure("", used, Some(limit))
    }

    /// From this share on, in percent, the check is degraded.
    pub fn degraded_at_percent(mut self, percent: u8) -> Self {
        self.degraded_at = percent;
        self
    }

    /// From this share on, in percent, the check has failed.
    pub fn error_at_percent(mut self, percent: u8) -> Self {
        self.error_at = Some(percent);
        self
    }

    /// With fewer than so many left the check is degraded, whatever share that is.
    pub fn degraded_below(mut self, left: u64) -> Self {
        self.degraded_below = left;
        self
    }

    /// With fewer than so many left the check has failed, whatever share that is.
    pub fn error_below(mut self, left: u64) -> Self {
        self.error_below = left;
        self
    }

    pub(super) fn of_figures() -> Self {
        Self {
            figures: Vec::new(),
            degraded_at: DEGRADED_AT,
            error_at: None,
            degraded_below: 0,
            error_below: 0,
            known: Outcome::ok(),
            data: Vec::new(),
        }
    }

    /// Nothing could be counted.
    #[cfg_attr(not(feature = "full"), allow(dead_code, reason = "for the checks that read figures"))]
    pub(super) fn known(outcome: Outcome) -> Self {
        Self::of_figures().but(outcome)
    }

    /// This counts, unless the figures are worse.
    #[cfg_attr(not(feature = "full"), allow(dead_code, reason = "for the checks that read figures"))]
    pub(super) fn but(mut self, outcome: Outcome) -> Self {
        self.known = outcome;
        self
    }

    /// Adds a figure; one without a limit is only told.
    pub(super) fn figure(mut self, what: &'static str, used: u64, limit: Option<u64>) -> Self {
        self.figures.push(Figure { what, used, limit });
        self
    }

    #[cfg_attr(not(feature = "full"), allow(dead_code, reason = "for the checks that read figures"))]
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.data.push((key, value.into()));
        self
    }

    fn judged(&self) -> Outcome {
        let Some(worst) = self.figures.iter().filter(|figure| figure.limit.is_some()).max_by_key(|figure| {
            // What fails comes before what fills more.
            (self.has_failed(figure), self.is_degraded(figure), figure.permille())
        }) else {
            return Outcome::ok();
        };
        let outcome = if self.has_failed(worst) {
            Outcome::error(worst.told())
        } else if self.is_degraded(worst) {
            Outcome::degraded(worst.told())
        } else {
            return Outcome::ok();
        };
        if worst.left() == Some(0) { outcome.because(Cause::Exhausted) } else { outcome }
    }

    fn has_failed(&self, figure: &Figure) -> bool {
        self.error_at.is_some_and(|percent| figure.reaches(percent)) || self.lacks(figure, self.error_below)
    }

    fn is_degraded(&self, figure: &Figure) -> bool {
        figure.reaches(self.degraded_at) || self.lacks(figure, self.degraded_below)
    }

    /// Numbers that are left are of the unit of the first figure.
    fn lacks(&self, figure: &Figure, wanted: u64) -> bool {
        figure.what == self.figures[0].what && figure.left().is_some_and(|left| left < wanted)
    }
}

impl Figure {
    fn reaches(&self, percent: u8) -> bool {
        self.permille().is_some_and(|permille| permille >= u128::from(percent) * 10)
    }

    /// Rounded down. A limit of nothing is reached.
    fn permille(&self) -> Option<u128> {
        let limit = u128::from(self.limit?);
        Some((u128::from(self.used) * 1000).checked_div(limit).unwrap_or(1000))
    }

    fn percent(&self) -> Option<u64> {
        Some(u64::try_from(self.permille()? / 10).unwrap_or(u64::MAX))
    }

    fn left(&self) -> Option<u64> {
        Some(self.limit?.saturating_sub(self.used))
    }

    fn told(&self) -> String {
        let (percent, limit) = (self.percent().unwrap_or(0), self.limit.unwrap_or(0));
        match self.what {
            "" => format!("{percent} % in use: {} of {limit}", self.used),
            what => format!("{percent} % of the {what} in use: {} of {limit}", self.used),
        }
    }
}

impl IntoOutcome for Usage {
    fn into_outcome(self) -> Outcome {
        let judged = self.judged();
        let mut outcome = if judged.status() > self.known.status() { judged } else { self.known };
        for figure in &self.figures {
            let key = |key: &str| match figure.what {
                "" => key.to_owned(),
                what => format!("{what}_{key}"),
            };
            outcome = outcome.with(key("used"), figure.used);
            if let (Some(limit), Some(percent)) = (figure.limit, figure.percent()) {
                outcome = outcome.with(key("limit"), limit).with(key("percent"), percent);
            }
        }
        self.data.into_iter().fold(outcome, |outcome, (key, value)| outcome.with(key, value))
    }
}

impl From<(u64, u64)> for Usage {
    fn from((used, limit): (u64, u64)) -> Self {
        Self::new(used, limit)
    }
}

impl From<(u32, u32)> for Usage {
    fn from((used, limit): (u32, u32)) -> Self {
        Self::new(used.into(), limit.into())
    }
}

impl From<(usize, usize)> for Usage {
    fn from((used, limit): (usize, usize)) -> Self {
        let wide = |count| u64::try_from(count).unwrap_or(u64::MAX);
        Self::new(wide(used), wide(limit))
    }
}

/// A check of what the closure counts: how many are in use, of how many; or a [`Usage`] with bounds of its own.
///
/// ```
/// use std::sync::Arc;
/// use healthsdk::{Monitor, checks};
/// use tokio::sync::Semaphore;
///
/// # fn main() -> Result<(), healthsdk::BuildError> {
/// const UPLOADS: usize = 20;
/// let uploads = Arc::new(Semaphore::new(UPLOADS));
/// let counted = Arc::clone(&uploads);
/// let monitor = Monitor::builder()
/// #   .linked(false)
///     .check(checks::saturation::of("uploads", move || (UPLOADS - counted.available_permits(), UPLOADS)))
///     .build()?;
/// # drop(monitor); Ok(()) }
/// ```
///
/// The same of a bounded channel: `move || (sender.max_capacity() - sender.capacity(), sender.max_capacity())`.
#[track_caller]
pub fn of<F, U>(name: impl Into<Cow<'static, str>>, count: F) -> Check
where
    F: Fn() -> U + Send + Sync + 'static,
    U: Into<Usage>,
{
    Check::blocking(name, move || -> Usage { count().into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    fn status(usage: Usage) -> Status {
        usage.into_outcome().status()
    }

    #[test]
    fn a_limit_is_degraded_from_80_percent_on_and_never_an_error_unasked() {
        assert_eq!(status(Usage::new(79, 100)), Status::Ok);
        assert_eq!(status(Usage::new(80, 100)), Status::Degraded);
        let full = Usage::new(100, 100).into_outcome();
        assert_eq!((full.status(), full.cause()), (Status::Degraded, Some(Cause::Exhausted)));
        assert_eq!(full.message(), Some("100 % in use: 100 of 100"));
    }

    #[test]
    fn an_error_is_asked_for_in_percent_or_in_numbers() {
        assert_eq!(status(Usage::new(99, 100).error_at_percent(100)), Status::Degraded);
        assert_eq!(status(Usage::new(100, 100).error_at_percent(100)), Status::Error);
        assert_eq!(status(Usage::new(95, 1000).error_below(906)), Status::Error);
        assert_eq!(status(Usage::new(95, 1000).error_below(905)), Status::Ok);
        assert_eq!(status(Usage::new(95, 1000).degraded_below(906)), Status::Degraded);
    }

    #[test]
    fn the_worst_figure_counts_and_all_are_told() {
        let usage = Usage::of_figures().figure("", 10, Some(100)).figure("inodes", 900, Some(1000));
        let outcome = usage.into_outcome();
        assert_eq!(outcome.message(), Some("90 % of the inodes in use: 900 of 1000"));
        let data = r#"{"used":10,"limit":100,"percent":10,"inodes_used":900,"inodes_limit":1000,"inodes_percent":90}"#;
        let wanted: serde_json::Map<String, Value> = serde_json::from_str(data).unwrap();
        assert_eq!(outcome.data(), &wanted);
    }

    #[test]
    fn numbers_left_are_of_the_first_figure_alone() {
        let usage = Usage::of_figures().figure("", 0, Some(5000)).figure("inodes", 0, Some(10));
        assert_eq!(status(usage.error_below(4000)), Status::Ok);
    }

    #[test]
    fn what_has_no_limit_is_never_full_and_a_limit_of_nothing_always() {
        let outcome = Usage::of_figures().figure("", u64::MAX, None).into_outcome();
        assert_eq!((outcome.status(), outcome.data().len()), (Status::Ok, 1));
        assert_eq!(status(Usage::new(0, 0)), Status::Degraded);
        assert_eq!(status(Usage::new(u64::MAX, u64::MAX)), Status::Degraded);
    }
}
