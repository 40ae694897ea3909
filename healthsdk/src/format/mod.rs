//! Reports as bytes. Pure writers: none waits, and none reads the clock.

mod json;
pub(crate) mod kubernetes;

pub(crate) use json::{detailed, terse};

/// In what a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    /// As Kubernetes' own components write it.
    Text,
}

impl Form {
    pub(crate) const ALL: [Self; 2] = [Self::Json, Self::Text];
}
