use std::fmt;

/// How well something works. Ordered by severity: of several, the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Works.
    #[default]
    Ok,
    /// Works, with something a person should look at. Probes answer 200, unless [`degraded_code`](crate::MonitorBuilder::degraded_code) says
    /// otherwise.
    Degraded,
    /// Does not work. Probes answer 503, unless [`failure_code`](crate::MonitorBuilder::failure_code) says otherwise.
    Error,
}

impl Status {
    pub(crate) const ALL: [Self; 3] = [Self::Ok, Self::Degraded, Self::Error];

    /// The word used in attributes, output and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
