use std::sync::Arc;

use super::{
    attempt::Attempt,
    effect::{News, Urgency},
    engine::Engine,
    feed::{Adjusted, Event, Run},
    lane::Line,
    round::Round,
    table::Table,
};
use crate::{Lifecycle, maintenance};

/// What is left to do once the lock is released.
#[derive(Default)]
pub(super) struct Rest {
    /// Checks whose runs have begun.
    pub(super) begun: Vec<usize>,
    pub(super) cancel: Vec<Arc<Attempt>>,
    pub(super) lines: Vec<Line>,
    pub(super) rounds: Vec<Arc<Round>>,
    pub(super) published: Option<Lifecycle>,
}

impl Rest {
    /// Wakes the round's readers once the snapshot is there.
    pub(super) fn wake(&mut self, round: Option<Arc<Round>>) -> Urgency {
        let urgency = if round.is_some() { Urgency::AtOnce } else { Urgency::None };
        self.rounds.extend(round);
        urgency
    }

    pub(super) fn adjusted(&mut self, table: &Table, adjusted: Adjusted) {
        let entry = &adjusted.entry;
        let news = adjusted
            .transition
            .clone()
            .map(|transition| News::Transition { entry: Arc::clone(entry), transition });
        self.lines.push(Line::Event(Event::Adjusted(adjusted)));
        self.news(table, news);
    }

    pub(super) fn news(&mut self, table: &Table, mut news: Option<News>) {
        if let Some(News::Transition { entry, transition }) = &mut news {
            transition.planned = entry.name() == maintenance::NAME || table.is_planned();
        }
        self.lines.extend(news.map(|news| Line::Event(Event::News(news))));
    }

    /// Tells of what is not logged, where somebody observes.
    pub(super) fn observed(&mut self, engine: &Engine, event: impl FnOnce() -> Event) {
        if engine.journal.is_observed() {
            self.lines.push(Line::Event(event()));
        }
    }

    pub(super) fn ended(&mut self, engine: &Engine, run: Run) -> Run {
        self.observed(engine, || Event::Ended(run.clone()));
        run
    }
}
