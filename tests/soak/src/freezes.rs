use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When the service stood still by the soak's doing.
#[derive(Debug, Default)]
pub(crate) struct Freezes(Mutex<Vec<(Instant, Option<Instant>)>>);

impl Freezes {
    pub(crate) fn begin(&self, at: Instant) {
        self.lock().push((at, None));
    }

    pub(crate) fn end(&self, at: Instant) {
        if let Some((_, end)) = self.lock().last_mut() {
            *end = Some(at);
        }
    }

    /// How much of a time it stood still.
    pub(crate) fn within(&self, from: Instant, to: Instant) -> Duration {
        let overlap = |&(begin, end): &(Instant, Option<Instant>)| {
            end.unwrap_or(to).min(to).saturating_duration_since(begin.max(from))
        };
        self.lock().iter().map(overlap).sum()
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// When something must have begun to have lasted so long before `until`, with `thaw` more for every freeze meanwhile, in
    /// which nothing could be seen.
    pub(crate) fn back(&self, until: Instant, lasting: Duration, thaw: Duration) -> Option<Instant> {
        let mut from = until.checked_sub(lasting)?;
        for (begin, end) in self.lock().iter().rev() {
            let end = end.unwrap_or(until).min(until);
            if end > from && *begin < until {
                from = from.checked_sub(end.saturating_duration_since(*begin) + thaw)?;
            }
        }
        Some(from)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, Option<Instant>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_lengthens_what_something_must_have_lasted() {
        let began = Instant::now();
        let at = |seconds| began + Duration::from_secs(seconds);
        let freezes = Freezes::default();
        freezes.begin(at(50));
        freezes.end(at(53));
        let back = |until| freezes.back(at(until), Duration::from_secs(8), Duration::from_secs(2));
        assert_eq!(back(49), Some(at(41)));
        assert_eq!(back(55), Some(at(42)));
        assert_eq!(back(70), Some(at(62)));
        assert_eq!(freezes.within(at(51), at(60)), Duration::from_secs(2));
    }
}
