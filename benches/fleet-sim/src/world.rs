use crate::{
    chance::Chance,
    counts::Counts,
    settings::HEALTHY,
    time::{Micros, NEVER},
};

/// What the dependency makes of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How long it takes; `NEVER` where none comes.
    pub(crate) after: Micros,
    pub(crate) passed: bool,
}

/// What instances ask.
pub(crate) trait World {
    fn ask(&mut self, now: Micros, chance: &mut Chance) -> Answer;
}

/// How a dependency that is down behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It refuses at once: the process is gone.
    Refuses,
    /// It is silent, and answers what it was asked meanwhile when it goes on: stopped, failing over, or behind a lock.
    Pauses,
    /// It answers with an error after so long.
    Fails(Micros),
    /// It answers well, but only after so long.
    Slow(Micros),
    /// It never answers.
    Silent,
}

/// A dependency that is down from one time to another, and otherwise answers soon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outage {
    pub(crate) fault: Fault,
    pub(crate) from: Micros,
    pub(crate) to: Micros,
}

impl Outage {
    pub(crate) const NONE: Self = Self { fault: Fault::Refuses, from: NEVER, to: NEVER };

    pub(crate) fn covers(&self, now: Micros) -> bool {
        (self.from..self.to).contains(&now)
    }
}

impl World for Outage {
    fn ask(&mut self, now: Micros, _: &mut Chance) -> Answer {
        if !self.covers(now) {
            return Answer { after: HEALTHY, passed: true };
        }
        match self.fault {
            Fault::Refuses => Answer { after: HEALTHY / 5, passed: false },
            Fault::Pauses => Answer { after: self.to - now + HEALTHY, passed: true },
            Fault::Fails(after) => Answer { after, passed: false },
            Fault::Slow(after) => Answer { after, passed: true },
            Fault::Silent => Answer { after: NEVER, passed: false },
        }
    }
}

/// A world that counts what it is asked.
#[derive(Debug)]
pub(crate) struct Counted<'a, W> {
    pub(crate) world: W,
    pub(crate) asked: &'a mut Counts,
}

impl<W: World> World for Counted<'_, W> {
    fn ask(&mut self, now: Micros, chance: &mut Chance) -> Answer {
        self.asked.add(now, 1);
        self.world.ask(now, chance)
    }
}
