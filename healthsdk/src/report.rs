use std::sync::Arc;

use crate::{
    Entry, Kind, Lifecycle, Selection, Status, about::About, kind::Kinds, lifecycle::Progress, process,
};

/// Entries and their worst status.
///
/// As the answer of a handler it is a status code (200 for ok and degraded, 503 for error, unless the builder set others) and a body
/// that tells no more than the status, unless the caller is one whom [`Details`](crate::Details) allows more. As a probe does, it heeds
/// `Accept`, `?format=`, `?verbose` and `?exclude=`.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was asked for; of every kind where it is none.
    pub(crate) kinds: Kinds,
    pub(crate) status: Status,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) about: Option<Arc<About>>,
    pub(crate) entries: Vec<Reported>,
}

/// An entry with what it counts as in this report.
#[derive(Clone, Debug)]
pub(crate) struct Reported {
    pub(crate) entry: Arc<Entry>,
    pub(crate) status: Status,
}

impl Report {
    /// The entries that the selection names, in the order of their names.
    pub(crate) fn new(
        entries: &[Arc<Entry>],
        selection: &Selection,
        progress: Progress,
        about: Arc<About>,
    ) -> Self {
        let kinds = selection.kinds;
        let entries: Vec<_> = entries
            .iter()
            .filter(|entry| selection.names(entry))
            .map(|entry| Reported { entry: Arc::clone(entry), status: effective(entry, kinds, progress) })
            .collect();
        let worst = entries.iter().map(|reported| reported.status).max().unwrap_or_default();
        let started_at = about.started_at;
        let mut report =
            Self { kinds, status: worst, lifecycle: progress.lifecycle, about: Some(about), entries };
        if worst < floor(kinds, progress) {
            report.add(process::unstarted(started_at));
        }
        report
    }

    /// The worst status of all entries, and error while the process is starting.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What the process as a whole is doing.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    /// The entries, ordered by name.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|reported| &*reported.entry)
    }

    /// Adds an entry; where one of its name is there, the worse of the two stays.
    pub(crate) fn add(&mut self, entry: Entry) {
        let added = Reported { status: entry.status, entry: Arc::new(entry) };
        self.status = self.status.max(added.status);
        match self.entries.binary_search_by(|reported| reported.entry.name().cmp(added.entry.name())) {
            Ok(at) if self.entries[at].status < added.status => self.entries[at] = added,
            Ok(_) => {}
            Err(at) => self.entries.insert(at, added),
        }
    }
}

impl Selection {
    pub(crate) fn names(&self, entry: &Entry) -> bool {
        let process = entry.name().contains('/');
        let kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| entry.info.kinds.contains(kind));
        kind && (process || self.tags.is_empty() || entry.tags().any(|tag| self.tags.contains(&tag)))
    }
}

/// The worst status that a report of these kinds would have, without making it.
pub(crate) fn status<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    selection: &Selection,
    progress: Progress,
) -> Status {
    entries
        .filter(|entry| selection.names(entry))
        .map(|entry| effective(entry, selection.kinds, progress))
        .max()
        .unwrap_or_default()
        .max(floor(selection.kinds, progress))
}

/// What an entry counts as: one that is pending holds up readiness, but is no reason to kill; the startup probe asks only
/// whether it has once passed.
fn effective(entry: &Entry, kinds: Kinds, progress: Progress) -> Status {
    if kinds == Kinds::NONE.with(Kind::Liveness) && entry.pending {
        return Status::Ok;
    }
    if kinds == Kinds::NONE.with(Kind::Startup) {
        return if progress.started || entry.started { Status::Ok } else { Status::Error };
    }
    entry.status
}

/// What the process alone makes of the status.
fn floor(kinds: Kinds, progress: Progress) -> Status {
    let held = (kinds.is_empty() || kinds.contains(Kind::Readiness)) && !progress.is_ready();
    if held { Status::Error } else { Status::Ok }
}

#[cfg(test)]
mod tests;
