use std::collections::BTreeSet;

use super::Snapshot;
use crate::{Kind, Selection, Status, report};

const READINESS: Selection = Selection::everything().kind(Kind::Readiness);

impl Snapshot {
    /// The worst status of the readiness checks with a tag, and error where the process is not ready. `None` where no
    /// readiness check has it.
    pub(crate) fn tagged(&self, tag: &str) -> Option<Status> {
        let mut tagged = self
            .entries
            .iter()
            .map(|entry| &**entry)
            .filter(|entry| READINESS.names(entry) && entry.tags().any(|has| has == tag))
            .peekable();
        tagged.peek()?;
        Some(report::status(tagged, &READINESS, self.progress))
    }

    /// The tags of all readiness checks.
    pub(crate) fn tags(&self) -> BTreeSet<&str> {
        self.entries.iter().filter(|entry| READINESS.names(entry)).flat_map(|entry| entry.tags()).collect()
    }
}
