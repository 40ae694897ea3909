use std::process::ExitCode;

/// How a soak ended; the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// All held; or, with a planted bug, that was found.
    Well,
    /// Too little was judged, or too much was forgiven: it says nothing.
    Worthless,
    /// It could not be run to its end.
    Failed,
    /// An invariant did not hold; or a planted bug was not found.
    Violated,
}

impl End {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Well => 0,
            Self::Violated => 1,
            Self::Failed => 2,
            Self::Worthless => 3,
        }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(end.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_soaks_the_worst_counts() {
        let worst = [End::Well, End::Violated, End::Worthless, End::Failed].into_iter().max();
        assert_eq!(worst.map(End::code), Some(1));
    }
}
