use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// What has become of the messages of one target. Cheap to clone; to be taken before the target is given away.
#[derive(Clone, Debug, Default)]
pub struct Deliveries(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    delivered: AtomicU64,
    dropped: AtomicU64,
    waiting: AtomicU64,
}

impl Deliveries {
    /// How many the target has taken, with 2xx.
    pub fn delivered(&self) -> u64 {
        self.0.delivered.load(Ordering::Relaxed)
    }

    /// How many were given up: refused, too old, too many, or left over at the end.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// How many are still to be delivered.
    pub fn waiting(&self) -> u64 {
        self.0.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self) {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn deliver(&self) {
        self.0.delivered.fetch_add(1, Ordering::Relaxed);
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn drop(&self, messages: u64) {
        self.0.dropped.fetch_add(messages, Ordering::Relaxed);
        self.0.waiting.fetch_sub(messages, Ordering::Relaxed);
    }
}
