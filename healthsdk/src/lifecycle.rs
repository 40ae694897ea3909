use std::fmt;

/// What the process as a whole is doing. Only ever moves forward, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Lifecycle {
    /// A startup check has not passed yet, a startup gate is closed, or no probe is mounted on a server yet.
    #[default]
    Starting,
    /// Has started.
    Ready,
    /// Is about to stop: readiness answers 503, and requests that are under way end.
    Draining,
    /// The server was told to stop, and nothing that was counted is under way any more.
    Stopped,
}

impl Lifecycle {
    pub(crate) const ALL: [Self; 4] = [Self::Starting, Self::Ready, Self::Draining, Self::Stopped];

    /// The word used in output and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the process has been through, and whether something beside the checks holds its readiness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) lifecycle: Lifecycle,
    /// Was ready once, also where it drains by now.
    pub(crate) started: bool,
    /// Probes are mounted on a server.
    pub(crate) serving: bool,
    /// Not ready for another reason than a check.
    pub(crate) held: bool,
}

impl Progress {
    /// Whether the process may take traffic, as far as it is not the checks that decide.
    pub(crate) fn is_ready(self) -> bool {
        self.lifecycle == Lifecycle::Ready && !self.held
    }
}
