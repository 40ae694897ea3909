//! What is promised of runs and readers, as sets and numbers.

use std::collections::BTreeSet;

use super::stage::Sort;
use crate::Kind;

/// What the published entry of a check tells of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    Nothing,
    /// This run has ended.
    Said(u64),
    TimedOut,
    Dropped,
}

/// One check.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is one that readers are promised something of")]
pub(super) struct Expected {
    pub(super) sort: Sort,
    /// Runs that have begun.
    pub(super) begun: u64,
    pub(super) running: bool,
    pub(super) timed_out: bool,
    /// Readers were answered without the run under way.
    pub(super) left_behind: bool,
    /// The last result is kept.
    pub(super) fresh: bool,
    /// The last is the newest.
    pub(super) told: Vec<Told>,
    /// The round in which it ran last.
    pub(super) round: usize,
}

/// Those who came while runs were waited for, and these.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) unfinished: BTreeSet<usize>,
    pub(super) members: BTreeSet<usize>,
}

#[derive(Debug)]
pub(super) struct Promises {
    pub(super) checks: Vec<Expected>,
    pub(super) rounds: Vec<Round>,
    /// The last of them, where one can still join it.
    pub(super) open: bool,
    pub(super) drained: bool,
}

impl Promises {
    /// Background checks are run at the start, and the first readers wait for them.
    pub(super) fn new(sorts: &[Sort]) -> Self {
        let expected = |sort: &Sort| Expected {
            sort: *sort,
            begun: 0,
            running: false,
            timed_out: false,
            left_behind: false,
            fresh: *sort == Sort::Background,
            told: vec![Told::Nothing],
            round: 0,
        };
        let checks = sorts.iter().map(expected).collect();
        let mut this = Self { checks, rounds: vec![Round::default()], open: false, drained: false };
        for check in (0..sorts.len()).filter(|check| sorts[*check] == Sort::Background) {
            this.begin(check);
        }
        this
    }

    fn begin(&mut self, check: usize) {
        if !self.open {
            self.rounds.push(Round::default());
            self.open = true;
        }
        let round = self.rounds.len() - 1;
        self.rounds[round].unfinished.insert(check);
        self.rounds[round].members.insert(check);
        let check = &mut self.checks[check];
        (check.running, check.round) = (true, round);
        (check.timed_out, check.left_behind) = (false, false);
        check.begun += 1;
    }

    /// The round to wait for.
    pub(super) fn ask(&mut self, kind: Option<Kind>) -> Option<usize> {
        for check in 0..self.checks.len() {
            let expected = &self.checks[check];
            let ran = self.open && expected.round == self.rounds.len() - 1;
            if expected.sort.is_of(kind) && !expected.running && !expected.fresh && !ran && !self.drained {
                self.begin(check);
            }
        }
        let round = self.rounds.len() - 1;
        (self.open && !self.is_over(round, kind)).then_some(round)
    }

    /// Whether no run of the kind is waited for any more.
    pub(super) fn is_over(&self, round: usize, kind: Option<Kind>) -> bool {
        !self.rounds[round].unfinished.iter().any(|check| self.checks[*check].sort.is_of(kind))
    }

    pub(super) fn end(&mut self, check: usize, dropped: bool) {
        self.finish(check);
        let drained = self.drained;
        let expected = &mut self.checks[check];
        expected.running = false;
        expected.left_behind = false;
        if drained {
            return;
        }
        expected.fresh = expected.sort.keeps();
        expected.told.push(if dropped { Told::Dropped } else { Told::Said(expected.begun) });
    }

    /// Of what is under way, each that may take no time has timed out, or is dropped.
    pub(super) fn tick(&mut self) {
        for check in 0..if self.drained { 0 } else { self.checks.len() } {
            let expected = &mut self.checks[check];
            if expected.running && !expected.timed_out && expected.sort.times_out() {
                expected.timed_out = true;
                expected.told.push(Told::TimedOut);
                self.finish(check);
            }
        }
    }

    /// The deadline of somebody who waits for the round is over: nobody waits for it any more.
    pub(super) fn leave(&mut self, round: usize) {
        if !self.open || round != self.rounds.len() - 1 {
            return;
        }
        for check in std::mem::take(&mut self.rounds[round].unfinished) {
            self.checks[check].left_behind = true;
        }
        self.open = false;
    }

    pub(super) fn drain(&mut self) {
        self.drained = true;
        self.leave(self.rounds.len() - 1);
    }

    /// What was told last of each check.
    pub(super) fn newest(&self) -> Vec<usize> {
        self.checks.iter().map(|check| check.told.len() - 1).collect()
    }

    /// Whether a reader of the kind has nothing to wait for, and nothing to begin.
    pub(super) fn is_settled(&self, kind: Option<Kind>) -> bool {
        let awaited = self.open && !self.is_over(self.rounds.len() - 1, kind);
        let wanted = |check: &Expected| check.sort.is_of(kind) && !check.running && !check.fresh;
        self.drained || (!awaited && !self.checks.iter().any(wanted))
    }

    fn finish(&mut self, check: usize) {
        let open = self.rounds.len() - 1;
        for round in &mut self.rounds {
            round.unfinished.remove(&check);
        }
        self.open &= !self.rounds[open].unfinished.is_empty();
    }
}
