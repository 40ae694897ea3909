use std::fmt;

/// What the process as a whole is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lifecycle {
    /// A startup check has not passed yet, or no probe is mounted on a server yet.
    #[default]
    Starting,
    /// Has started. Never goes back.
    Ready,
}

impl Lifecycle {
    /// The word used in output and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
        }
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What must have happened once until the process is ready.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Every startup check has passed.
    pub(crate) started: bool,
    /// Probes are mounted on a server.
    pub(crate) serving: bool,
}

impl Progress {
    pub(crate) fn lifecycle(self) -> Lifecycle {
        if self.started && self.serving { Lifecycle::Ready } else { Lifecycle::Starting }
    }
}
