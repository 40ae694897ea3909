use crate::{Kind, kind::Kinds};

/// Which checks a report is about: everything, or those of some kinds and tags.
///
/// ```
/// use healthsdk::{Kind, Selection};
///
/// const STORAGE: Selection = Selection::everything().kind(Kind::Readiness).tags(&["storage"]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    pub(crate) kinds: Kinds,
    pub(crate) tags: &'static [&'static str],
}

impl Selection {
    /// Every check.
    pub const fn everything() -> Self {
        Self { kinds: Kinds::NONE, tags: &[] }
    }

    /// Only checks of this kind; call it again for checks of either kind.
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kinds = self.kinds.with(kind);
        self
    }

    /// Only checks that have at least one of these tags.
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }
}

impl From<Kind> for Selection {
    fn from(kind: Kind) -> Self {
        Self::everything().kind(kind)
    }
}
