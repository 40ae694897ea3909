use std::process::ExitCode;

/// How a prober ends. Docker and the exec probes of Kubernetes only tell 0 from the rest; the other codes are for
/// scripts and people.
///
/// 2 is never used: Docker reserves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// 0: answered with a status from 200 to 299.
    Healthy = 0,
    /// 1: answered with any other status. A redirect is one of them: a page to log in at is no health.
    Unhealthy = 1,
    /// 3: nothing listens there. Refused, no such socket, an unknown host, no way to it.
    Refused = 3,
    /// 4: no whole answer in time.
    TimedOut = 4,
    /// 5: connected, but what came was not HTTP, or broke off.
    Broken = 5,
    /// 64: the arguments make no sense, or the token cannot be read. Nothing was sent.
    Usage = 64,
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
