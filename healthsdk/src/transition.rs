use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    Entry, Kind, Status,
    run::{self, Change, Event, News},
};

/// A change of what people are told of a check: the one that the log tells of, once, when the thresholds are reached, or when settings
/// move the status. The log tells of the latter with the setting, as `health_check_settings_changed`; it is neither a failure nor a recovery.
///
/// [`Monitor::subscribe`](crate::Monitor::subscribe) and [`MonitorBuilder::on_transition`](crate::MonitorBuilder::on_transition)
/// give it. There is none while the service drains.
#[derive(Clone, Debug)]
pub struct Transition {
    entry: Arc<Entry>,
    transition: run::Transition,
}

impl Transition {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::News(News::Transition { entry, transition }) => {
                Some(Self { entry: Arc::clone(entry), transition: transition.clone() })
            }
            _ => None,
        }
    }

    /// The name of the check. One with a slash, as `process/workers`, tells of the process itself.
    pub fn check(&self) -> &str {
        self.entry.name()
    }

    /// What the check answers for.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.entry.kinds()
    }

    /// The groups that the check belongs to.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.entry.tags()
    }

    /// The sentence given as `description`.
    pub fn description(&self) -> Option<&str> {
        self.entry.description()
    }

    /// What people were told before.
    pub fn from(&self) -> Status {
        self.transition.from
    }

    /// What the check is now.
    pub fn to(&self) -> Status {
        self.transition.to
    }

    /// What the last run said; `None` where it was well.
    pub fn reason(&self) -> Option<&str> {
        self.entry.message()
    }

    /// Failed runs: those in a row that led to a failure, or all of the outage that a recovery ends.
    pub fn failures(&self) -> u32 {
        self.transition.failures
    }

    /// How long the status before it lasted.
    pub fn lasted(&self) -> Duration {
        self.transition.lasted
    }

    /// When it came about.
    pub fn at(&self) -> SystemTime {
        self.transition.at.wall
    }

    /// Whether the check began to fail, or has never passed.
    pub fn is_failure(&self) -> bool {
        self.transition.change.is_failure()
    }

    /// Whether the check works again after a failure.
    pub fn is_recovery(&self) -> bool {
        self.transition.change == Change::Recovered
    }

    /// Whether it came about while somebody had taken the service out of traffic on purpose: by the
    /// [maintenance file](crate::MonitorBuilder::maintenance_file), or by [`Monitor::set_ready`](crate::Monitor::set_ready).
    /// So is every transition of the check of that file itself.
    pub fn is_planned(&self) -> bool {
        self.transition.planned
    }

    #[cfg(all(test, feature = "webhook"))]
    pub(crate) fn made(check: &str, from: Status, to: Status, planned: bool) -> Self {
        let outcome = crate::Outcome::error("unplugged");
        let entry = Entry::own(check.to_owned(), outcome, SystemTime::UNIX_EPOCH);
        let at = run::Moment { at: std::time::Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let change = if to > from { Change::Failed } else { Change::Recovered };
        let transition =
            run::Transition { from, to, change, lasted: Duration::ZERO, failures: 3, at, planned };
        Self { entry: Arc::new(entry), transition }
    }

    #[cfg(all(test, feature = "webhook"))]
    pub(crate) fn into_news(self) -> News {
        News::Transition { entry: self.entry, transition: self.transition }
    }

    /// On the monotonic clock.
    pub(crate) fn moment(&self) -> run::Moment {
        self.transition.at
    }
}
