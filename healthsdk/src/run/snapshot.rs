use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use bytes::Bytes;

use crate::{Entry, Report, Selection, Status, about::About, lifecycle::Progress, probe::Probe, report};

/// All entries at one time, and each probe's answer ahead. Read without a lock.
#[derive(Debug)]
pub(crate) struct Snapshot {
    entries: Arc<[Arc<Entry>]>,
    progress: Progress,
    about: Arc<About>,
    answers: [Answer; Probe::ALL.len()],
}

#[derive(Debug)]
struct Answer {
    status: Status,
    /// The first instant at which a reader has to ask the engine; `None` for never.
    valid_until: Option<Instant>,
    /// With details; made once, by the first who wants it.
    body: OnceLock<Bytes>,
}

impl Snapshot {
    pub(super) fn new(
        entries: Arc<[Arc<Entry>]>,
        progress: Progress,
        about: Arc<About>,
        valid_until: impl Fn(Selection) -> Option<Instant>,
    ) -> Self {
        let answers = Probe::ALL.map(|probe| {
            let selection = probe.selection();
            let status = report::status(entries.iter().map(|entry| &**entry), &selection, progress);
            Answer { status, valid_until: valid_until(selection), body: OnceLock::new() }
        });
        Self { entries, progress, about, answers }
    }

    pub(crate) fn status(&self, probe: Probe) -> Status {
        self.answers[probe as usize].status
    }

    pub(crate) fn body(&self, probe: Probe, render: impl FnOnce(&Report) -> Bytes) -> Bytes {
        let body = &self.answers[probe as usize].body;
        body.get_or_init(|| render(&self.report(&probe.selection()))).clone()
    }

    pub(crate) fn report(&self, selection: &Selection) -> Report {
        Report::new(&self.entries, selection, self.progress, Arc::clone(&self.about))
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress
    }

    pub(super) fn is_valid(&self, probe: Probe) -> bool {
        self.answers[probe as usize].valid_until.is_none_or(|until| Instant::now() < until)
    }
}
