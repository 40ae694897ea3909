use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    attempt::Ended,
    effect::{Effect, News, Urgency},
    feed::{Event, RunResult},
    flight::Flight,
    hops::Hops,
    moment::Moment,
    schedule::Schedule,
    tally::Tally,
    threshold::{Threshold, Thresholds, Transition},
};
use crate::{
    Entry,
    check::Start,
    info::Info,
    last::Last,
    plan::Planned,
    planted,
    settings::Rules,
    timing::{Cadence, Timing},
};

mod adjust;
mod counted;
mod last;

pub(super) use last::published;

/// How long a failing check is silent until it is told of again.
const REMINDER: Duration = Duration::from_secs(5 * 60);

/// One check while the engine runs: its published state, its run under way, and what time does to it.
///
/// Time is an argument throughout; nothing here waits, logs or calls the user's code.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) info: Arc<Info>,
    pub(super) timing: Arc<Timing>,
    /// Taken away at the end, for a poller to drop.
    pub(super) start: Option<Start>,
    pub(super) flight: Option<Flight>,
    pub(super) schedule: Schedule,
    /// The last run was for a question that came through services, so that what it asked others may have been answered
    /// without a look: enough for questions like this one, not for a prober's.
    pub(super) hopped: bool,
    /// The last round in which it ran.
    pub(super) round: u64,
    /// The time at which the clock has been asked to look at it.
    pub(super) armed: Option<Instant>,
    /// What `info` and `timing` come from, where settings may change it.
    rules: Option<Box<Rules>>,
    /// When settings change without anybody's doing.
    expires: Option<Instant>,
    threshold: Threshold,
    last: Arc<Last>,
    completed: Instant,
    stale: bool,
    remind_at: Option<Instant>,
    entry: Arc<Entry>,
    tally: Tally,
}

impl Cell {
    pub(super) fn new(planned: Planned, now: Moment) -> Self {
        let Planned { info, timing, rules, start } = planned;
        let threshold = Threshold::new(Thresholds::of(&info, &timing), now);
        let last = Last::not_run();
        let schedule = if info.enabled { Schedule::first(&timing, now.at) } else { Schedule::NEVER };
        let completed = schedule.due.unwrap_or(now.at);
        let entry = Arc::new(published(&last, &info, &threshold, None));
        Self {
            info,
            timing,
            start: Some(start),
            flight: None,
            schedule,
            hopped: false,
            round: 0,
            armed: None,
            expires: rules.as_ref().and_then(|rules| adjust::expires(rules, now)),
            rules,
            threshold,
            last,
            completed,
            stale: false,
            remind_at: None,
            entry,
            tally: Tally::default(),
        }
    }

    pub(super) fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// Whether a reader at this time would have it run.
    pub(super) fn is_wanted(&self, now: Instant, hops: Hops) -> bool {
        let fresh = || !self.hopped || !hops.is_none();
        (self.flight.is_none() || planted::second_run())
            && self.schedule.fresh_until.is_some_and(|until| until <= now || !fresh())
    }

    /// Until when its last run is what readers want, if that ends by time alone.
    pub(super) fn fresh_until(&self, now: Instant) -> Option<Instant> {
        self.schedule.fresh_until.map(|until| if self.hopped { until.min(now) } else { until })
    }

    /// The run under way has ended. `late`: the process seems to have been frozen.
    pub(super) fn ended(&mut self, ended: Ended, now: Moment, late: bool, spread: f64) -> Effect {
        let Some(flight) = self.flight.take() else { return Effect::default() };
        if !self.info.enabled {
            let ended = Some(self.count(RunResult::Void, &flight, now));
            return Effect { ended, ..self.effect(None) };
        }
        if (flight.void || late) && !flight.is_late() {
            self.completed = now.at;
            let again = if late { Schedule::once_on_time } else { Schedule::at_once };
            self.schedule = again(&self.timing, now.at);
            let ended = Some(self.count(RunResult::Void, &flight, now));
            return Effect { ended, ..self.effect(None) };
        }
        if !matches!(ended, Ended::Cancelled) {
            self.completed = now.at;
            self.stale = false;
        }
        let ended_so = self.count(flight.result(&ended), &flight, now);
        let transition = self.take(ended, &flight, now);
        self.schedule = if self.is_done() {
            Schedule::NEVER
        } else {
            let pending = self.threshold.is_change_pending();
            Schedule::after(&self.timing, flight.started.at, now.at, pending, spread)
        };
        Effect { ended: Some(ended_so), ..self.effect(transition) }
    }

    /// Time has passed.
    pub(super) fn advance(&mut self, now: Moment) -> Effect {
        let timeout = self.allowed();
        let timed_out = self.flight.as_mut().is_some_and(|flight| flight.takes_timeout(now.at));
        let cancel = self.flight.as_mut().is_some_and(|flight| flight.takes_cancel(now.at));
        let stale = self.stale_at().is_some_and(|at| at <= now.at);
        let mut transition = None;
        if timed_out {
            self.tally.timed_out();
        }
        if timed_out && self.info.enabled {
            self.last = self.last.timed_out(timeout, now.wall);
            transition = self.threshold.fail(now);
        }
        if stale {
            self.stale = true;
            self.last = self.last.stale(self.timing.stale_after());
            transition = self.threshold.stale(now).or(transition);
        }
        let mut effect = if timed_out || stale { self.effect(transition) } else { Effect::default() };
        effect.timed_out = timed_out;
        effect.cancel = cancel;
        effect.due = self.flight.is_none() && self.schedule.due.is_some_and(|due| due <= now.at);
        if let Some(reminder) = self.reminder(now).filter(|_| self.info.enabled) {
            effect.news.get_or_insert(reminder);
        }
        effect
    }

    /// What is told of a run that has just used up its timeout.
    pub(super) fn timed_out(&self) -> Event {
        Event::TimedOut { entry: Arc::clone(&self.entry), timeout: self.allowed() }
    }

    /// How long the run under way may take, as it was when it began.
    fn allowed(&self) -> Duration {
        self.flight.as_ref().map_or(self.timing.timeout, |flight| flight.timeout)
    }

    /// The process was frozen until now: what is under way says nothing, and everything runs again.
    pub(super) fn thaw(&mut self, now: Instant) {
        self.completed = now;
        if let Some(flight) = &mut self.flight {
            return flight.make_void(now, self.timing.timeout, self.timing.cancel_after);
        }
        if self.schedule != Schedule::NEVER && !self.waits_to_begin(now) {
            self.schedule = Schedule::at_once(&self.timing, now);
        }
    }

    /// Readers are answered without the run under way.
    pub(super) fn leave_behind(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.left_behind = true;
            flight.round = None;
            self.render();
        }
    }

    /// When time alone changes something here.
    pub(super) fn wake(&self) -> Option<Instant> {
        let due = self.schedule.due.filter(|_| self.flight.is_none());
        let flight = self.flight.as_ref().and_then(Flight::wake);
        [due, flight, self.stale_at(), self.remind_at, self.expires].into_iter().flatten().min()
    }

    fn stale_at(&self) -> Option<Instant> {
        let from = match &self.flight {
            _ if !self.info.enabled => return None,
            Some(flight) if self.timing.period().is_none() => flight.started.at.max(self.completed),
            None if self.timing.period().is_none() || self.schedule == Schedule::NEVER => return None,
            _ => self.completed,
        };
        (!self.stale).then(|| from + self.timing.stale_after())
    }

    /// Before the first run in the background, which is not due yet.
    fn waits_to_begin(&self, now: Instant) -> bool {
        matches!(self.timing.cadence, Cadence::Background { .. })
            && self.last.checked_at.is_none()
            && self.schedule.due.is_some_and(|due| due > now)
    }

    fn is_done(&self) -> bool {
        self.threshold.passed_once() && self.info.is_done_once_passed()
    }

    fn reminder(&mut self, now: Moment) -> Option<News> {
        self.remind_at.filter(|at| *at <= now.at)?;
        self.remind_at = Some(now.at + REMINDER);
        Some(News::StillFailing {
            entry: Arc::clone(&self.entry),
            lasted: now.at.saturating_duration_since(self.threshold.failing_since()),
        })
    }

    fn effect(&mut self, transition: Option<Transition>) -> Effect {
        let shown = |entry: &Entry| (entry.status, entry.pending, entry.started);
        let before = shown(&self.entry);
        self.render();
        if let Some(transition) = &transition {
            self.tally.moved(transition.to);
            self.remind_at = transition.change.is_failure().then(|| transition.at.at + REMINDER);
        }
        let entry = &self.entry;
        let news = transition.map(|transition| News::Transition { entry: Arc::clone(entry), transition });
        let urgency = if before == shown(entry) { Urgency::Changed } else { Urgency::Moved };
        Effect { urgency, news, ..Effect::default() }
    }

    fn render(&mut self) {
        let overdue = self.flight.as_ref().filter(|flight| flight.is_late() || flight.left_behind);
        let running_since = overdue.map(|flight| flight.started.wall);
        self.entry = Arc::new(published(&self.last, &self.info, &self.threshold, running_since));
    }
}

#[cfg(test)]
mod tests;
