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

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::{BuildInfo, Kind, Lifecycle, Outcome, kind::Kinds};

    const READY: Progress =
        Progress { lifecycle: Lifecycle::Ready, started: true, serving: true, held: false };
    const READINESS: Kinds = Kinds::NONE.with(Kind::Readiness);

    /// Of one readiness check; valid until then for readers of readiness alone.
    fn snapshot(outcome: Outcome, progress: Progress, valid_until: Option<Instant>) -> Snapshot {
        let mut entry = Entry::own("check".to_owned(), outcome, SystemTime::UNIX_EPOCH);
        Arc::make_mut(&mut entry.info).kinds = READINESS;
        let about = About { build: BuildInfo::default(), started_at: SystemTime::UNIX_EPOCH };
        let valid = |selection: Selection| valid_until.filter(|_| selection.kinds == READINESS);
        Snapshot::new([Arc::new(entry)].into(), progress, Arc::new(about), valid)
    }

    #[test]
    fn each_endpoint_is_answered_by_what_it_asks_for() {
        let snapshot = snapshot(Outcome::error("down"), READY, None);
        let statuses = Endpoint::ALL.map(|endpoint| snapshot.status(endpoint));
        assert_eq!(statuses, [Status::Ok, Status::Error, Status::Ok, Status::Error]);
    }

    #[test]
    fn what_is_degraded_is_ready_and_what_has_failed_or_drains_is_not() {
        let draining = Progress { lifecycle: Lifecycle::Draining, ..READY };
        for (outcome, progress, ready) in [
            (Outcome::ok(), READY, true),
            (Outcome::degraded("slow"), READY, true),
            (Outcome::error("down"), READY, false),
            (Outcome::ok(), draining, false),
        ] {
            let snapshot = snapshot(outcome, progress, None);
            assert_eq!((snapshot.is_ready(), snapshot.progress()), (ready, progress));
        }
    }

    #[test]
    fn it_is_valid_until_the_time_at_which_a_reader_has_to_ask() {
        let (now, hour) = (Instant::now(), Duration::from_secs(60 * 60));
        for (until, valid) in [(None, true), (Some(now), false), (Some(now + hour), true)] {
            let snapshot = snapshot(Outcome::ok(), READY, until);
            assert_eq!(snapshot.valid_until(Endpoint::Readiness), until);
            assert_eq!(snapshot.is_valid(Endpoint::Readiness), valid);
            assert!(snapshot.is_valid(Endpoint::Liveness));
        }
    }

    #[test]
    fn a_body_is_made_once_for_each_form_of_each_endpoint() {
        let snapshot = snapshot(Outcome::ok(), READY, None);
        let mut made = Vec::new();
        for _ in 0..2 {
            for (endpoint, form) in
                Endpoint::ALL.iter().flat_map(|endpoint| Form::ALL.map(|form| (*endpoint, form)))
            {
                let name = format!("{endpoint:?} {form:?}");
                let body = snapshot.body(endpoint, form, |_| {
                    made.push(name.clone());
                    name.clone().into()
                });
                assert_eq!(body, name);
            }
        }
        assert_eq!(made.len(), Endpoint::ALL.len() * Form::ALL.len());
    }
}
