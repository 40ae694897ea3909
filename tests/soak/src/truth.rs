use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::verdict::Verdict;

/// What every check would say, and since when; nothing while that is being changed.
#[derive(Debug)]
pub(crate) struct Truth(Mutex<BTreeMap<&'static str, Vec<Change>>>);

#[derive(Clone, Copy, Debug)]
struct Change {
    at: Instant,
    to: Option<Verdict>,
}

impl Truth {
    pub(crate) fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self(Mutex::new(names.into_iter().map(|name| (name, Vec::new())).collect()))
    }

    pub(crate) fn set(&self, name: &str, to: Option<Verdict>, at: Instant) {
        if let Some(changes) = self.lock().get_mut(name) {
            changes.push(Change { at, to });
        }
    }

    /// What was true from one time to another, if it was one thing.
    pub(crate) fn settled(&self, name: &str, from: Instant, to: Instant) -> Option<Verdict> {
        let truth = self.lock();
        let changes = truth.get(name)?;
        let holds = changes.iter().rposition(|change| change.at <= from)?;
        let moved = changes.get(holds + 1).is_some_and(|next| next.at <= to);
        if moved { None } else { changes[holds].to }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Vec<Change>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_is_settled_where_nothing_changed_meanwhile() {
        let (truth, began) = (Truth::new(["redis"]), Instant::now());
        let at = |seconds| began + Duration::from_secs(seconds);
        truth.set("redis", Some(Verdict::Pass), at(0));
        truth.set("redis", None, at(10));
        truth.set("redis", Some(Verdict::Fail), at(11));
        let settled = |from, to| truth.settled("redis", at(from), at(to));
        assert_eq!(settled(0, 9), Some(Verdict::Pass));
        assert_eq!(settled(5, 10), None, "it began to change");
        assert_eq!(settled(10, 10), None, "it was changing");
        assert_eq!(settled(11, 99), Some(Verdict::Fail));
        assert_eq!(truth.settled("nats", at(0), at(9)), None);
    }
}
