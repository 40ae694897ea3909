use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::layout::Layout;
use crate::violations::Invariant;

/// One of so many that could be judged may be forgiven for the machine's lag.
const FORGIVEN: u64 = 10;
/// From so many storms on each check must have been seen in each state, however the chances fall.
pub(crate) const MANY: usize = 30;

/// What an observation was good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Judged,
    /// The soak itself was changing what it is about.
    Unsettled,
    /// The machine was not on time.
    Forgiven,
}

/// How often an invariant was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) judged: u64,
    pub(crate) unsettled: u64,
    pub(crate) forgiven: u64,
}

/// Of each invariant; and of each check in each status that it had to have.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    invariants: Mutex<BTreeMap<Invariant, Tally>>,
    statuses: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

impl Tallies {
    pub(crate) fn add(&self, invariant: Invariant, worth: Worth) {
        let mut tallies = lock(&self.invariants);
        let tally = tallies.entry(invariant).or_default();
        match worth {
            Worth::Judged => tally.judged += 1,
            Worth::Unsettled => tally.unsettled += 1,
            Worth::Forgiven => tally.forgiven += 1,
        }
    }

    pub(crate) fn of(&self, invariant: Invariant) -> Tally {
        lock(&self.invariants).get(&invariant).copied().unwrap_or_default()
    }

    /// The status of a check was held against this one.
    pub(crate) fn status(&self, check: &'static str, expected: &'static str) {
        *lock(&self.statuses).entry((check, expected)).or_default() += 1;
    }

    pub(crate) fn of_status(&self, check: &'static str, expected: &'static str) -> u64 {
        lock(&self.statuses).get(&(check, expected)).copied().unwrap_or_default()
    }

    /// Why a soak of this length says nothing.
    pub(crate) fn doubts(&self, layout: &Layout) -> Vec<String> {
        let doubt = |invariant: &Invariant| self.of(*invariant).doubt(invariant.least(layout));
        let doubts = Invariant::ALL.iter().filter_map(|one| Some((one.as_str(), doubt(one)?)));
        doubts.map(|(name, doubt)| format!("{name} was {doubt}")).collect()
    }
}

impl Tally {
    fn doubt(self, least: u64) -> Option<String> {
        let Self { judged, forgiven, .. } = self;
        if judged < least {
            return Some(format!("judged {judged} times, and has to be {least} times"));
        }
        (forgiven * FORGIVEN > judged + forgiven)
            .then(|| format!("forgiven {forgiven} times of {}", judged + forgiven))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tallies(judged: u64, forgiven: u64) -> Vec<String> {
        let layout = Layout::of(Duration::from_mins(5));
        let tallies = Tallies::default();
        for invariant in Invariant::ALL {
            let tally = Tally { judged: invariant.least(&layout), ..Tally::default() };
            lock(&tallies.invariants).insert(invariant, tally);
        }
        lock(&tallies.invariants).insert(Invariant::Truth, Tally { judged, unsettled: 1, forgiven });
        tallies.doubts(&layout)
    }

    #[test]
    fn a_soak_that_hardly_judged_an_invariant_says_nothing() {
        assert_eq!(tallies(1_000_000, 0), [""; 0]);
        assert_eq!(tallies(9, 0).len(), 1);
        let none = Tallies::default().doubts(&Layout::of(Duration::from_mins(5)));
        assert_eq!(none.len(), Invariant::ALL.len(), "{none:?}");
    }

    #[test]
    fn a_soak_of_which_more_than_a_tenth_was_forgiven_says_nothing() {
        assert_eq!(tallies(90_000, 10_000), [""; 0]);
        assert_eq!(tallies(90_000, 10_001).len(), 1);
    }
}
