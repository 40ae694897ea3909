//! The page that shows a monitor to people: its checks now and in the last hour. It only looks: nothing of it starts a run or asks another
//! service.
//!
//! What the engine tells goes by the `recorder` into the `history`; the `hour` is what is read of it; the `page` and the `document`, which
//! keeps the page up to date, are written of that and a report, and `events` are documents one after another.

mod document;
mod draw;
mod events;
mod history;
mod hour;
mod page;
mod policy;
mod recorder;

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use tokio::sync::Semaphore;

pub(crate) use events::Events;
pub(crate) use page::terse;
pub(crate) use policy::CONTENT_SECURITY_POLICY;

use self::{history::Slot, hour::Hour, recorder::Recorder};
use crate::{
    Entry, Report,
    endpoint::Endpoint,
    format::{Asked, Form},
    run::{Observer, Snapshot},
};

/// How many streams of events a monitor serves at a time.
const STREAMS: usize = 16;

const ASKED: Asked<'_> =
    Asked { endpoint: "health", verbose: false, exclude: &[], code: 200, phrase: |_| "OK" };

/// What is asked for of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Page,
    /// What is new since the page was made.
    Update,
    /// What is new, as it comes.
    Events,
}

/// What a monitor keeps for its page.
#[derive(Clone, Debug)]
pub(crate) struct Dashboard {
    recorder: Arc<Recorder>,
    streams: Arc<Semaphore>,
}

impl Dashboard {
    pub(crate) fn new() -> Self {
        Self { recorder: Arc::new(Recorder::new(Instant::now())), streams: Arc::new(Semaphore::new(STREAMS)) }
    }

    /// Who must be told what the engine does.
    pub(crate) fn observers(&self) -> [Arc<dyn Observer>; 1] {
        [Arc::clone(&self.recorder) as Arc<dyn Observer>]
    }

    /// The page, complete as it is.
    pub(crate) fn page(&self, snapshot: &Snapshot) -> Bytes {
        let report = snapshot.report(&Endpoint::Everything.selection());
        page::page(&self.hour(&report), &report)
    }

    /// What keeps the page up to date, for a reader who knows all until this slot; and the slot until which that one then knows all.
    pub(crate) fn document(&self, snapshot: &Snapshot, since: Option<Slot>) -> (Slot, Bytes) {
        let report = snapshot.report(&Endpoint::Everything.selection());
        let written = snapshot
            .body(Endpoint::Everything, Form::Json, |report| (Form::Json.writer().detailed)(report, &ASKED));
        let hour = self.hour(&report);
        (hour.slot, document::document(&hour, &report, &written, since))
    }

    fn hour(&self, report: &Report) -> Hour {
        Hour::of(&self.recorder, report.entries().map(Entry::name))
    }
}
