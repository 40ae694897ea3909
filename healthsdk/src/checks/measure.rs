use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;

/// How long a pool may take to hand out a connection while all of them are in use, before it counts as exhausted: below
/// any timeout that a check of a pool should have.
pub(super) const PATIENCE: Duration = Duration::from_millis(50);

/// The time of one round trip, without what came before it.
#[derive(Debug)]
pub(super) struct Latency(Instant);

impl Latency {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Adds it as `latency_ms`, to three digits after the point.
    pub(super) fn on(&self, outcome: Outcome) -> Outcome {
        outcome.with("latency_ms", milliseconds(self.0.elapsed()))
    }
}

/// What a pool says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PoolSize {
    /// Connections that are open, or being opened.
    pub(super) connections: usize,
    pub(super) idle: usize,
    pub(super) limit: usize,
}

impl PoolSize {
    /// Whether whoever asks now has to wait for another to give a connection back.
    pub(super) fn is_exhausted(self) -> bool {
        self.idle == 0 && self.connections >= self.limit
    }

    /// Adds the figures as `connections`, `idle` and `limit`.
    pub(super) fn on(self, outcome: Outcome) -> Outcome {
        outcome.with("connections", self.connections).with("idle", self.idle).with("limit", self.limit)
    }
}

pub(super) fn milliseconds(duration: Duration) -> Value {
    ((duration.as_secs_f64() * 1e6).round() / 1e3).into()
}
