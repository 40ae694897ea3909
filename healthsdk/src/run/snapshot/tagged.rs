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

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::SystemTime};

    use super::*;
    use crate::{BuildInfo, Entry, Lifecycle, Outcome, about::About, kind::Kinds, lifecycle::Progress};

    fn entry(kind: Kind, tags: &[&'static str], outcome: Outcome) -> Arc<Entry> {
        let mut entry = Entry::own("check".to_owned(), outcome, SystemTime::UNIX_EPOCH);
        let info = Arc::make_mut(&mut entry.info);
        info.kinds = Kinds::NONE.with(kind);
        info.tags = tags.iter().map(|tag| (*tag).into()).collect();
        Arc::new(entry)
    }

    fn snapshot(lifecycle: Lifecycle) -> Snapshot {
        let entries = [
            entry(Kind::Readiness, &["orders", "stock"], Outcome::ok()),
            entry(Kind::Readiness, &["orders"], Outcome::degraded("slow")),
            entry(Kind::Liveness, &["stock", "loop"], Outcome::error("stuck")),
        ];
        let progress = Progress { lifecycle, started: true, serving: true, held: false };
        let about = About { build: BuildInfo::default(), started_at: SystemTime::UNIX_EPOCH };
        Snapshot::new(entries.into(), progress, Arc::new(about), |_| None)
    }

    #[test]
    fn a_tag_is_as_well_as_the_worst_readiness_check_that_has_it() {
        let ready = snapshot(Lifecycle::Ready);
        let of = |tag| ready.tagged(tag);
        assert_eq!([of("orders"), of("stock")], [Some(Status::Degraded), Some(Status::Ok)]);
        assert_eq!([of("loop"), of("")], [None, None]);
        assert_eq!(snapshot(Lifecycle::Draining).tagged("stock"), Some(Status::Error));
    }

    #[test]
    fn the_tags_are_those_of_readiness_checks_once_each() {
        assert_eq!(Vec::from_iter(snapshot(Lifecycle::Ready).tags()), ["orders", "stock"]);
    }
}
