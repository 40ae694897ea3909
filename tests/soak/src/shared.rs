use std::fmt::Display;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::bug::Bug;
use crate::control::Control;
use crate::freezes::Freezes;
use crate::layout::Layout;
use crate::limits::{HEAD, LAGS, STALL};
use crate::phase::Phase;
use crate::reference::Reference;
use crate::seed::Seed;
use crate::spec::Spec;
use crate::starved::Starved;
use crate::summary::Counts;
use crate::tally::Worth;
use crate::truth::Truth;
use crate::violations::{Invariant, Violations};

/// At most so long until an actor sees that the soak is over.
const NAP: Duration = Duration::from_millis(100);

/// What all actors of a soak know.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) began: Instant,
    pub(crate) seed: Seed,
    pub(crate) layout: Layout,
    pub(crate) specs: Vec<Spec>,
    pub(crate) web: SocketAddr,
    pub(crate) control: Control,
    pub(crate) truth: Truth,
    pub(crate) freezes: Freezes,
    pub(crate) reference: Reference,
    pub(crate) starved: Starved,
    pub(crate) violations: Violations,
    pub(crate) counts: Counts,
    /// What is to be found.
    pub(crate) bug: Option<Bug>,
    pub(crate) phase: Phase,
}

impl Shared {
    pub(crate) fn note(&self, invariant: Invariant, at: Instant, seen: impl Display, expected: impl Display) {
        self.violations.note(invariant, at.saturating_duration_since(self.began), seen, expected);
        if self.bug.is_some_and(|bug| bug.breaks.contains(&invariant)) {
            self.phase.end_probing();
        }
    }

    /// What the machine may have cost an answer, through no doing of the soak.
    pub(crate) fn own_lag(&self, from: Instant, to: Instant) -> Duration {
        self.reference.worst_own(from, to) * LAGS + self.starved.total(from, to)
    }

    /// What the machine may have cost an answer, freezes among it.
    pub(crate) fn lag(&self, from: Instant, to: Instant) -> Duration {
        self.reference.worst(from, to) * LAGS + self.starved.total(from, to)
    }

    /// Whether the machine kept the service waiting, through no doing of the soak.
    pub(crate) fn stalled(&self, from: Instant, to: Instant) -> bool {
        self.reference.worst_own(from, to) > STALL || self.starved.worst(from, to) > STALL
    }

    /// What it is worth that a request was not read.
    pub(crate) fn unread(&self, from: Instant, to: Instant) -> Worth {
        if self.own_lag(from, to) > HEAD {
            Worth::Forgiven
        } else if self.lag(from, to) > HEAD {
            Worth::Unsettled
        } else {
            Worth::Judged
        }
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.layout.is_calm(self.began.elapsed())
    }

    /// Sleeps until so long after the beginning, while `goes_on`: whether it still does.
    pub(crate) fn sleep_until(&self, at: Duration, goes_on: impl Fn(&Phase) -> bool) -> bool {
        loop {
            let left = at.saturating_sub(self.began.elapsed());
            if left.is_zero() || !goes_on(&self.phase) {
                return goes_on(&self.phase);
            }
            thread::sleep(left.min(NAP));
        }
    }
}
