use std::fmt;
use std::str::FromStr;

use crate::verdict::Verdict;

/// What a check of the service does, as long as the soak wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// Passes, but takes longer than `degraded_above`.
    Dawdle,
    Fail,
    Hang,
    Panic,
    /// Passes, and panics in the destructor of what it held.
    PanicLate,
    /// Blocks its thread beyond its timeout.
    Block,
    /// Keeps its thread busy beyond its timeout.
    Spin,
    /// Fails with a megabyte of text.
    Large,
}

impl Mode {
    pub(crate) const ALL: [Self; 9] = [
        Self::Pass,
        Self::Dawdle,
        Self::Fail,
        Self::Hang,
        Self::Panic,
        Self::PanicLate,
        Self::Block,
        Self::Spin,
        Self::Large,
    ];

    /// Those that a check should be reported for.
    pub(crate) const FAULTS: [Self; 7] =
        [Self::Fail, Self::Hang, Self::Panic, Self::PanicLate, Self::Block, Self::Spin, Self::Large];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Dawdle => "dawdle",
            Self::Fail => "fail",
            Self::Hang => "hang",
            Self::Panic => "panic",
            Self::PanicLate => "panic-late",
            Self::Block => "block",
            Self::Spin => "spin",
            Self::Large => "large",
        }
    }

    pub(crate) fn verdict(self, blocking: bool) -> Verdict {
        match self {
            Self::Hang if blocking => Verdict::Stuck,
            Self::Pass => Verdict::Pass,
            Self::Dawdle => Verdict::Dawdle,
            _ => Verdict::Fail,
        }
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word).ok_or_else(|| format!("no mode {word:?}"))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hang_is_for_ever_where_it_blocks() {
        assert_eq!(Mode::Hang.verdict(false), Verdict::Fail);
        assert_eq!(Mode::Hang.verdict(true), Verdict::Stuck);
        assert_eq!(Mode::Block.verdict(true), Verdict::Fail);
    }

    #[test]
    fn each_mode_is_read_as_it_is_written() {
        for mode in Mode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        assert!("nap".parse::<Mode>().is_err());
    }
}
