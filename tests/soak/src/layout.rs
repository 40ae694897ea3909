use std::ops::Range;
use std::time::Duration;

const WARM: Duration = Duration::from_secs(10);
const CYCLE: Duration = Duration::from_secs(52);
const CALM: Duration = Duration::from_secs(24);

/// A soak is storms with a calm after each: in a calm all is mended and nobody is rude, so that what the process holds then
/// can be compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) warm: Duration,
    pub(crate) total: Duration,
    cycle: Duration,
    calm: Duration,
    cycles: u32,
}

impl Layout {
    pub(crate) fn of(total: Duration) -> Self {
        let warm = WARM.min(total / 5);
        let left = total.saturating_sub(warm);
        let cycles = u32::try_from(left.as_millis() / CYCLE.as_millis()).unwrap_or(u32::MAX).max(1);
        let cycle = left / cycles;
        Self { warm, total, cycle, calm: CALM.min(cycle / 2), cycles }
    }

    pub(crate) fn storms(&self) -> impl Iterator<Item = Range<Duration>> {
        (0..self.cycles).map(|cycle| {
            let begins = self.warm + self.cycle * cycle;
            begins..begins + self.cycle.saturating_sub(self.calm)
        })
    }

    pub(crate) fn calms(&self) -> impl Iterator<Item = Range<Duration>> {
        self.storms().map(|storm| storm.end..storm.end + self.calm)
    }

    pub(crate) fn is_calm(&self, at: Duration) -> bool {
        self.calms().any(|calm| calm.contains(&at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_are_five_storms_with_a_calm_after_each() {
        let layout = Layout::of(Duration::from_mins(5));
        assert_eq!(layout.storms().count(), 5);
        assert!(!layout.is_calm(Duration::from_secs(12)));
        assert!(layout.is_calm(Duration::from_secs(299)));
        assert!(layout.storms().all(|storm| storm.end >= storm.start + Duration::from_secs(28)));
    }

    #[test]
    fn a_short_one_has_one_of_each() {
        let layout = Layout::of(Duration::from_secs(20));
        assert_eq!((layout.storms().count(), layout.calms().count()), (1, 1));
    }
}
