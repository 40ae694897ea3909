mod load;
mod herd;
mod outage;
mod cascade;
mod detect;
mod alarms;
mod freeze;

use crate::{figure::Figure, table::Table};

/// What one scenario comes to: figures, and tables under the names of their places in the document.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) figures: Vec<Figure>,
    pub(crate) tables: Vec<(&'static str, Table)>,
}

/// How much of it is simulated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// The largest fleet.
    instances: u64,
    /// Trials, where each instance is one of its own.
    trials: u64,
}

impl Size {
    /// What the document shows.
    pub(crate) const FULL: Self = Self { instances: 100_000, trials: 100_000 };
}

pub(crate) type Scenario = fn(Size) -> Section;

pub(crate) const ALL: [(&str, Scenario); 7] = [
    ("load on a shared dependency", load::section),
    ("start and recovery", herd::section),
    ("an outage of a shared dependency", outage::section),
    ("load on what is left", cascade::section),
    ("time to detect and to recover", detect::section),
    ("false alarms", alarms::section),
    ("frozen processes", freeze::section),
];
