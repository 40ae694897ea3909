use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::{Lifecycle, plan::LONGEST};

/// Signals this soon after the first one are part of it: supervisors signal a process and then its group.
const SAME: Duration = Duration::from_secs(1);
/// What is kept of the grace period for the end of the process itself.
const MARGIN: Duration = Duration::from_secs(2);
/// What holds leave of the budget to requests, at most.
const LAST: Duration = Duration::from_secs(5);
/// How much earlier requests are answered than the server would drop them.
const LEAD: Duration = Duration::from_secs(1);
/// How often people are told what is still under way.
const REPORT: Duration = Duration::from_secs(5);

/// The time that the orchestrator gives, and how much of it the listener stays open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) delay: Duration,
    pub(crate) grace: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { delay: Duration::from_secs(10), grace: Duration::from_secs(30) }
    }
}

impl Budget {
    pub(crate) fn fault(&self) -> Option<String> {
        if self.delay.max(self.grace) > LONGEST {
            return Some("`.drain_delay(..)` and `.grace(..)` must be at most 24 h".to_owned());
        }
        let least = self.delay.saturating_add(MARGIN + 2 * LEAD);
        (self.grace < least).then(|| {
            format!(
                "`.grace({:?})` leaves no time to stop after `.drain_delay({:?})`; it must be at least {least:?}",
                self.grace, self.delay
            )
        })
    }

    /// Whole seconds for the server's graceful stop.
    pub(crate) fn shutdown_timeout(&self) -> u64 {
        self.grace.saturating_sub(self.delay + MARGIN).as_secs()
    }

    /// From the first signal to the end at the latest.
    pub(crate) fn longest(&self) -> Duration {
        self.grace.saturating_sub(MARGIN)
    }
}

/// What a drain begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// SIGTERM.
    Terminate,
    /// SIGINT, on a terminal or not.
    Interrupt { terminal: bool },
    /// The service's own call, or that of a hook.
    Call,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt { .. } => "SIGINT",
            Self::Call => "a call",
        })
    }
}

/// The way from the first signal to the end, as a function of time and of what is under way.
#[derive(Debug)]
pub(crate) struct Drain {
    budget: Budget,
    began: Option<Began>,
    phase: Phase,
    hurried: bool,
    /// The last signal that counted.
    last: Option<Instant>,
    /// When the server was told to stop.
    told: Option<Instant>,
    idle: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    pub(crate) at: Instant,
    pub(crate) cause: Cause,
    pub(crate) delay: Duration,
    report_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The listener stays open, so that whoever still sends requests finds it. Also before the drain.
    Delay,
    /// The delay is over; holds keep the listener open.
    Held,
    /// The server was told to stop.
    Stopping,
    /// What was left has been cut.
    Cut,
    Over,
}

/// What a further signal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    Nothing,
    /// The delay and all holds are over.
    Hurries,
    /// The process is to end at once.
    Ends,
}

/// What has become due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Tell people what is under way.
    Report,
    /// Tell the server to stop.
    Stop,
    /// Nothing that is counted is under way any more.
    Idle,
    /// The time is up: end the requests that are left.
    Cut,
    /// The server should have ended by now: end it.
    End,
}

/// What is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UnderWay {
    pub(crate) requests: usize,
    pub(crate) holds: usize,
}

impl Drain {
    pub(crate) fn new(budget: Budget) -> Self {
        Self { budget, began: None, phase: Phase::Delay, hurried: false, last: None, told: None, idle: false }
    }

    pub(crate) fn began(&self) -> Option<Began> {
        self.began
    }

    pub(crate) fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping | Phase::Cut | Phase::Over)
    }

    /// The first signal or call. Who has not been ready gets no traffic, and a person at a terminal does not want to wait.
    pub(crate) fn begin(&mut self, cause: Cause, before: Lifecycle, now: Instant) -> Began {
        let at_once = before == Lifecycle::Starting || cause == Cause::Interrupt { terminal: true };
        let delay = if at_once { Duration::ZERO } else { self.budget.delay };
        self.last = self.last.or(Some(now));
        *self.began.get_or_insert(Began { at: now, cause, delay, report_at: now + REPORT })
    }

    /// A signal after the drain has begun.
    pub(crate) fn again(&mut self, cause: Cause, now: Instant) -> Again {
        let later = self.last.is_some_and(|last| now >= last + SAME);
        if !later || !matches!(cause, Cause::Interrupt { .. }) {
            return Again::Nothing;
        }
        self.last = Some(now);
        if self.is_stopping() {
            return Again::Ends;
        }
        self.phase = Phase::Held;
        self.hurried = true;
        Again::Hurries
    }

    /// What is due now; to be asked until there is nothing.
    pub(crate) fn step(&mut self, now: Instant, under_way: UnderWay) -> Option<Step> {
        let began = self.began?;
        if self.phase == Phase::Delay && now >= began.at + began.delay {
            self.phase = Phase::Held;
        }
        match self.phase {
            Phase::Held if under_way.holds == 0 || now >= self.held_until(began) => {
                self.phase = Phase::Stopping;
                self.told = Some(now);
                Some(Step::Stop)
            }
            Phase::Stopping if under_way.requests == 0 && !self.idle => {
                self.idle = true;
                Some(Step::Idle)
            }
            Phase::Stopping if now >= self.cut_at(began) => {
                self.phase = Phase::Cut;
                Some(Step::Cut)
            }
            Phase::Cut if now >= self.ends_at(began) => {
                self.phase = Phase::Over;
                Some(Step::End)
            }
            Phase::Over => None,
            _ if now >= began.report_at && !self.idle => {
                self.began = Some(Began { report_at: now + REPORT, ..began });
                Some(Step::Report)
            }
            _ => None,
        }
    }

    /// When time alone makes something due.
    pub(crate) fn wake(&self) -> Option<Instant> {
        let began = self.began?;
        let next = match self.phase {
            Phase::Delay => began.at + began.delay,
            Phase::Held => self.held_until(began),
            Phase::Stopping => self.cut_at(began),
            Phase::Cut => self.ends_at(began),
            Phase::Over => return None,
        };
        Some(if self.idle { next } else { next.min(began.report_at) })
    }

    /// When the server is told to stop, at the latest.
    fn held_until(&self, began: Began) -> Instant {
        if self.hurried {
            return began.at;
        }
        let rest = self.budget.grace.saturating_sub(began.delay + MARGIN);
        began.at + began.delay + rest.saturating_sub(LAST.min(rest / 2))
    }

    /// Before the server drops what is left, by its own time or by ours.
    fn cut_at(&self, began: Began) -> Instant {
        let own = began.at + self.budget.longest().saturating_sub(LEAD);
        let servers = Duration::from_secs(self.budget.shutdown_timeout()).saturating_sub(LEAD);
        self.told.map_or(own, |told| own.min(told + servers))
    }

    fn ends_at(&self, began: Began) -> Instant {
        began.at + self.budget.longest()
    }
}

#[cfg(test)]
mod tests;
