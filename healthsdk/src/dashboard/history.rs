use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{Entry, Status, info::Info};

/// What is kept of each check: the last hour, in less than 2 kB.
pub(crate) const SLOTS: usize = 120;
pub(crate) const SLOT: Duration = Duration::from_secs(30);

/// Whole slots since the history began, on the monotonic clock.
pub(crate) type Slot = u64;

/// What was published of a check in a slot, the worst of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Shown {
    /// Nothing is known: before the first run, or while the process was frozen.
    #[default]
    Nothing,
    Ok,
    Pending,
    Degraded,
    Error,
}

/// One slot of one check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) shown: Shown,
    pub(crate) runs: u16,
    pub(crate) failures: u16,
    /// Microseconds.
    longest: u32,
    sum: u32,
}

/// The last hour of every check that has run.
pub(crate) struct History {
    began: Instant,
    /// Ordered by name.
    tracks: Vec<Track>,
}

struct Track {
    info: Arc<Info>,
    /// A ring: each slot has its place by its number.
    buckets: Box<[Bucket; SLOTS]>,
    newest: Slot,
    /// What is published, until something else is.
    now: Shown,
}

impl From<&Entry> for Shown {
    fn from(entry: &Entry) -> Self {
        match entry.status() {
            _ if entry.is_pending() => Self::Pending,
            Status::Ok => Self::Ok,
            Status::Degraded => Self::Degraded,
            Status::Error => Self::Error,
        }
    }
}

impl Bucket {
    pub(crate) fn mean(self) -> Option<Duration> {
        (self.runs > 0).then(|| Duration::from_micros((self.sum / u32::from(self.runs)).into()))
    }

    pub(crate) fn longest(self) -> Option<Duration> {
        (self.runs > 0).then(|| Duration::from_micros(self.longest.into()))
    }

    fn add(&mut self, failed: bool, duration: Duration) {
        let micros = micros(duration);
        self.runs = self.runs.saturating_add(1);
        self.failures = self.failures.saturating_add(failed.into());
        self.longest = self.longest.max(micros);
        self.sum = self.sum.saturating_add(micros);
    }
}

impl History {
    pub(crate) fn new(began: Instant) -> Self {
        Self { began, tracks: Vec::new() }
    }

    pub(crate) fn slot(&self, at: Instant) -> Slot {
        at.saturating_duration_since(self.began).as_secs() / SLOT.as_secs()
    }

    /// How much of its slot is over.
    pub(crate) fn elapsed(&self, at: Instant) -> Duration {
        let since = at.saturating_duration_since(self.began);
        since.saturating_sub(Duration::from_secs(self.slot(at) * SLOT.as_secs()))
    }

    /// The check is published like this.
    pub(crate) fn published(&mut self, entry: &Entry, at: Instant) {
        self.track(entry, at);
    }

    /// A run counted, and the check is published like this.
    pub(crate) fn ran(&mut self, entry: &Entry, failed: bool, duration: Duration, at: Instant) {
        self.track(entry, at).bucket().add(failed, duration);
    }

    /// A run that was counted before has ended at last.
    pub(crate) fn came_late(&mut self, entry: &Entry, duration: Duration, at: Instant) {
        let bucket = self.track(entry, at).bucket();
        bucket.longest = bucket.longest.max(micros(duration));
    }

    /// The process did not run for so long, until now.
    pub(crate) fn froze(&mut self, late: Duration, at: Instant) {
        let from = at.checked_sub(late).map_or(0, |from| self.slot(from));
        let until = self.slot(at);
        for track in &mut self.tracks {
            track.forget(from, until);
        }
    }

    /// So many slots of a check until this one; what was published last goes on where nothing came after it.
    pub(crate) fn last(&self, name: &str, until: Slot, slots: usize) -> Option<Vec<Bucket>> {
        let at = self.tracks.binary_search_by(|track| (*track.info.name).cmp(name)).ok()?;
        let back = (0..slots as u64).rev();
        let track = &self.tracks[at];
        Some(
            back.map(|back| until.checked_sub(back).map_or_else(Bucket::default, |slot| track.at(slot)))
                .collect(),
        )
    }

    fn track(&mut self, entry: &Entry, at: Instant) -> &mut Track {
        let slot = self.slot(at);
        let index = match self.tracks.binary_search_by(|track| (*track.info.name).cmp(entry.name())) {
            Ok(index) => index,
            Err(index) => {
                self.tracks.insert(index, Track::new(Arc::clone(&entry.info), slot));
                index
            }
        };
        let track = &mut self.tracks[index];
        track.advance(slot);
        track.publish(entry.into());
        track
    }
}

/// Without what it keeps, of which there are thousands.
impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("checks", &self.tracks.len()).finish_non_exhaustive()
    }
}

impl Track {
    fn new(info: Arc<Info>, slot: Slot) -> Self {
        Self { info, buckets: Box::new([Bucket::default(); SLOTS]), newest: slot, now: Shown::Nothing }
    }

    fn bucket(&mut self) -> &mut Bucket {
        &mut self.buckets[place(self.newest)]
    }

    fn publish(&mut self, shown: Shown) {
        self.now = shown;
        let bucket = self.bucket();
        bucket.shown = bucket.shown.max(shown);
    }

    /// What is published goes on until this slot.
    fn advance(&mut self, slot: Slot) {
        let first = (self.newest + 1).max((slot + 1).saturating_sub(SLOTS as u64));
        for passed in first..=slot {
            self.buckets[place(passed)] = Bucket { shown: self.now, ..Bucket::default() };
        }
        self.newest = self.newest.max(slot);
    }

    /// Of the slots between, nothing is known.
    fn forget(&mut self, from: Slot, until: Slot) {
        self.advance(until);
        let first = (from + 1).max((until + 1).saturating_sub(SLOTS as u64));
        for slot in first..until {
            let bucket = &mut self.buckets[place(slot)];
            if bucket.runs == 0 {
                *bucket = Bucket::default();
            }
        }
    }

    fn at(&self, slot: Slot) -> Bucket {
        if slot > self.newest {
            Bucket { shown: self.now, ..Bucket::default() }
        } else if slot + SLOTS as u64 <= self.newest {
            Bucket::default()
        } else {
            self.buckets[place(slot)]
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "less than SLOTS")]
fn place(slot: Slot) -> usize {
    (slot % SLOTS as u64) as usize
}

fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
