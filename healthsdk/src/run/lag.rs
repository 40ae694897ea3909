use std::time::{Duration, Instant};

/// How long a tick that came late is remembered, at least; at most twice as long.
const WINDOW: Duration = Duration::from_secs(60);
/// How often observers are told.
const BEAT: Duration = Duration::from_secs(5);

/// How late the engine's own clock is at worst, over the last minute or two: however many look, and however often, all see the
/// same.
#[derive(Debug)]
pub(super) struct Lag {
    began: Instant,
    current: Duration,
    before: Duration,
    told: Instant,
    freezes: u64,
}

impl Lag {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, current: Duration::ZERO, before: Duration::ZERO, told: now, freezes: 0 }
    }

    /// The clock looks, so much too late.
    pub(super) fn note(&mut self, late: Duration, now: Instant) {
        let over = now.saturating_duration_since(self.began);
        if over >= WINDOW {
            self.before = if over < 2 * WINDOW { self.current } else { Duration::ZERO };
            self.current = Duration::ZERO;
            self.began = now;
        }
        self.current = self.current.max(late);
    }

    /// The process was frozen.
    pub(super) fn froze(&mut self) {
        self.freezes += 1;
    }

    pub(super) fn freezes(&self) -> u64 {
        self.freezes
    }

    pub(super) fn worst(&self) -> Duration {
        self.current.max(self.before)
    }

    /// True where observers should be told again.
    pub(super) fn takes_beat(&mut self, now: Instant) -> bool {
        let due = now.saturating_duration_since(self.told) >= BEAT;
        if due {
            self.told = now;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_late_tick_is_seen_for_a_minute_at_least_and_two_at_most() {
        let began = Instant::now();
        let mut lag = Lag::new(began);
        lag.note(2 * SECOND, began + 59 * SECOND);
        for after in 60..119 {
            lag.note(SECOND / 100, began + after * SECOND);
            assert_eq!(lag.worst(), 2 * SECOND, "{after}");
        }
        lag.note(SECOND / 100, began + 120 * SECOND);
        assert_eq!(lag.worst(), SECOND / 100);
    }

    #[test]
    fn a_freeze_longer_than_the_window_leaves_nothing_of_before() {
        let began = Instant::now();
        let mut lag = Lag::new(began);
        lag.note(9 * SECOND, began + SECOND);
        lag.note(SECOND, began + 500 * SECOND);
        assert_eq!(lag.worst(), SECOND);
        lag.note(SECOND / 2, began + 500 * SECOND + 2 * WINDOW);
        assert_eq!(lag.worst(), SECOND / 2);
    }

    #[test]
    fn freezes_are_counted() {
        let mut lag = Lag::new(Instant::now());
        assert_eq!(lag.freezes(), 0);
        (0..3).for_each(|_| lag.froze());
        assert_eq!(lag.freezes(), 3);
    }

    #[test]
    fn observers_are_told_every_five_seconds() {
        let began = Instant::now();
        let mut lag = Lag::new(began);
        let told: Vec<_> = (1..=12).filter(|after| lag.takes_beat(began + *after * SECOND)).collect();
        assert_eq!(told, [5, 10]);
    }
}
