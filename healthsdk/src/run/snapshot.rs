use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use bytes::Bytes;

use crate::{
    Entry, Report, Selection, Status, about::About, endpoint::Endpoint, format::Form, lifecycle::Progress,
    report,
};

#[cfg(feature = "grpc")]
mod tagged;

/// All entries at one time, and each endpoint's answer ahead. Read without a lock.
#[derive(Debug)]
pub(crate) struct Snapshot {
    entries: Arc<[Arc<Entry>]>,
    progress: Progress,
    about: Arc<About>,
    answers: [Answer; Endpoint::ALL.len()],
}

#[derive(Debug)]
struct Answer {
    status: Status,
    /// The first instant at which a reader has to ask the engine; `None` for never.
    valid_until: Option<Instant>,
    bodies: Bodies,
}

/// With details, in each form; made once, by the first who wants it.
#[derive(Debug, Default)]
struct Bodies {
    json: OnceLock<Bytes>,
    /// Wanted by few, so that a snapshot is no larger for them.
    others: OnceLock<Box<[OnceLock<Bytes>; Form::ALL.len()]>>,
}

impl Bodies {
    fn of(&self, form: Form) -> &OnceLock<Bytes> {
        match form {
            Form::Json => &self.json,
            form => &self.others.get_or_init(Box::default)[form as usize],
        }
    }
}

impl Snapshot {
    pub(super) fn new(
        entries: Arc<[Arc<Entry>]>,
        progress: Progress,
        about: Arc<About>,
        valid_until: impl Fn(Selection) -> Option<Instant>,
    ) -> Self {
        let answers = Endpoint::ALL.map(|endpoint| {
            let selection = endpoint.selection();
            let status = report::status(entries.iter().map(|entry| &**entry), &selection, progress);
            Answer { status, valid_until: valid_until(selection), bodies: Bodies::default() }
        });
        Self { entries, progress, about, answers }
    }

    pub(crate) fn status(&self, endpoint: Endpoint) -> Status {
        self.answers[endpoint as usize].status
    }

    pub(crate) fn body(
        &self,
        endpoint: Endpoint,
        form: Form,
        render: impl FnOnce(&Report) -> Bytes,
    ) -> Bytes {
        let body = self.answers[endpoint as usize].bodies.of(form);
        body.get_or_init(|| render(&self.report(&endpoint.selection()))).clone()
    }

    pub(crate) fn report(&self, selection: &Selection) -> Report {
        Report::new(&self.entries, selection, self.progress, Arc::clone(&self.about))
    }

    /// Whether readiness is no error.
    pub(crate) fn is_ready(&self) -> bool {
        self.status(Endpoint::Readiness) < Status::Error
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress
    }

    pub(super) fn valid_until(&self, endpoint: Endpoint) -> Option<Instant> {
        self.answers[endpoint as usize].valid_until
    }

    pub(super) fn is_valid(&self, endpoint: Endpoint) -> bool {
        self.valid_until(endpoint).is_none_or(|until| Instant::now() < until)
    }
}
