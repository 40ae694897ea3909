use std::{fmt, sync::Arc};

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Given to the builder, from whatever loaded it.
    Given,
    Environment,
    File(Arc<str>),
}

impl Source {
    /// How a person finds a key of it.
    pub(super) fn key(&self, path: &str) -> String {
        match self {
            Self::Given => format!("`{path}` of `.settings(..)`"),
            Self::Environment => format!("`{path}` of the environment"),
            Self::File(file) => format!("`{path}` of {file}"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given => "settings",
            Self::Environment => "environment",
            Self::File(file) => file,
        })
    }
}
