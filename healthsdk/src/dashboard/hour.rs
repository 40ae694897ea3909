use std::time::{Duration, Instant, SystemTime};

use super::{
    history::{Bucket, History, SLOTS, Slot},
    recorder::Recorder,
};

/// The last hour at one time, or the end of it, for some checks.
#[derive(Debug)]
pub(super) struct Hour {
    pub(super) now: SystemTime,
    /// The newest.
    pub(super) slot: Slot,
    /// When the newest slot began.
    pub(super) began: SystemTime,
    /// In the order in which they were asked for; `None` for what has no history.
    pub(super) checks: Vec<Option<Line>>,
}

/// The last hour of one check.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) buckets: Vec<Bucket>,
    pub(super) runs: u32,
    pub(super) failures: u32,
    pub(super) longest: Option<Duration>,
}

impl Hour {
    pub(super) fn of<'a>(recorder: &Recorder, names: impl Iterator<Item = &'a str>) -> Self {
        let (at, now) = (Instant::now(), SystemTime::now());
        let history = recorder.history();
        let slot = history.slot(at);
        let checks = names.map(|name| line(&history, name, slot)).collect();
        Self { now, slot, began: now - history.elapsed(at), checks }
    }
}

fn line(history: &History, name: &str, slot: Slot) -> Option<Line> {
    let buckets = history.last(name, slot, SLOTS)?;
    Some(Line {
        runs: buckets.iter().map(|bucket| u32::from(bucket.runs)).sum(),
        failures: buckets.iter().map(|bucket| u32::from(bucket.failures)).sum(),
        longest: buckets.iter().filter_map(|bucket| bucket.longest()).max(),
        buckets,
    })
}
