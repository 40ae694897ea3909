use crate::{Kind, Selection};

/// What is asked often enough to be answered ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Liveness,
    Readiness,
    Startup,
    Everything,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 4] = [Self::Liveness, Self::Readiness, Self::Startup, Self::Everything];

    pub(crate) const fn selection(self) -> Selection {
        match self {
            Self::Liveness => Selection::everything().kind(Kind::Liveness),
            Self::Readiness => Selection::everything().kind(Kind::Readiness),
            Self::Startup => Selection::everything().kind(Kind::Startup),
            Self::Everything => Selection::everything(),
        }
    }
}
