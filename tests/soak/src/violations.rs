use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::growth;
use crate::layout::Layout;
use crate::seed::Seed;

/// So many of one kind are printed, the others are counted.
const PRINTED: u64 = 10;

/// What must hold all along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// A well-behaved client gets an answer.
    Answered,
    /// And gets it within the deadline and the margin.
    InTime,
    /// The status is what the truth has been for a period.
    Truth,
    /// Liveness never fails for another's fault.
    Liveness,
    /// Once it has started, it has.
    Startup,
    /// Nobody is told a secret, and strangers no name and no message.
    Secrecy,
    /// No run of a check beside itself.
    Alone,
    /// At most one run a period.
    Rate,
    /// Nothing grows.
    Growth,
    /// The process lives.
    Alive,
    /// Ordinary requests are answered.
    Traffic,
    /// The end is in order.
    Drain,
}

impl Invariant {
    pub(crate) const ALL: [Self; 12] = [
        Self::Answered,
        Self::InTime,
        Self::Truth,
        Self::Liveness,
        Self::Startup,
        Self::Secrecy,
        Self::Alone,
        Self::Rate,
        Self::Growth,
        Self::Alive,
        Self::Traffic,
        Self::Drain,
    ];

    /// How often it has to be judged in a soak, which is a tenth of what there is to be seen of it, or less.
    pub(crate) fn least(self, layout: &Layout) -> u64 {
        let seconds = layout.total.as_secs();
        match self {
            Self::Answered | Self::InTime | Self::Truth => seconds * 20,
            Self::Liveness | Self::Secrecy | Self::Traffic => seconds * 5,
            Self::Alone | Self::Rate => seconds,
            Self::Startup | Self::Alive => seconds / 4,
            Self::Growth => u64::from(layout.calms().count() >= growth::ENOUGH),
            Self::Drain => 1,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::InTime => "in-time",
            Self::Truth => "truth",
            Self::Liveness => "liveness",
            Self::Startup => "startup",
            Self::Secrecy => "secrecy",
            Self::Alone => "alone",
            Self::Rate => "rate",
            Self::Growth => "growth",
            Self::Alive => "alive",
            Self::Traffic => "traffic",
            Self::Drain => "drain",
        }
    }
}

/// What did not hold.
#[derive(Debug)]
pub(crate) struct Violations {
    seed: Seed,
    counts: Mutex<BTreeMap<Invariant, u64>>,
}

impl Violations {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { seed, counts: Mutex::default() }
    }

    /// Prints one, unless there were many of its kind.
    pub(crate) fn note(
        &self,
        invariant: Invariant,
        at: Duration,
        seen: impl fmt::Display,
        expected: impl fmt::Display,
    ) {
        let mut counts = self.lock();
        let count = counts.entry(invariant).or_default();
        *count += 1;
        if *count <= PRINTED {
            println!(
                "VIOLATION {} at {:.3} s: seen: {seen}; expected: {expected}; seed {}",
                invariant.as_str(),
                at.as_secs_f64(),
                self.seed.0
            );
        }
    }

    pub(crate) fn counts(&self) -> BTreeMap<Invariant, u64> {
        self.lock().clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Invariant, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
