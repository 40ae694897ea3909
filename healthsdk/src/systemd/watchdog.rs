use std::time::{Duration, Instant};

/// How soon to look again where a ping was due and there was no reason for one.
const AGAIN: Duration = Duration::from_millis(100);

/// When systemd is told that the process lives.
#[derive(Debug)]
pub(super) struct Watchdog {
    every: Duration,
    due: Instant,
    silent: bool,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ping {
    /// Nothing yet.
    None,
    Due,
    /// The first after some were left out.
    Resumed,
    /// Left out, for the first time.
    LeftOut,
}

impl Watchdog {
    /// `period` is how long systemd waits for a ping.
    pub(super) fn new(period: Duration, now: Instant) -> Self {
        Self { every: period / 2, due: now, silent: false }
    }

    pub(super) fn step(&mut self, alive: bool, now: Instant) -> Ping {
        if now < self.due {
            return Ping::None;
        }
        let was_silent = std::mem::replace(&mut self.silent, !alive);
        self.due = now + self.every;
        if !alive {
            self.again(now);
        }
        match (alive, was_silent) {
            (true, false) => Ping::Due,
            (true, true) => Ping::Resumed,
            (false, false) => Ping::LeftOut,
            (false, true) => Ping::None,
        }
    }

    /// The ping did not come through.
    pub(super) fn again(&mut self, now: Instant) {
        self.due = now + self.every.min(AGAIN);
    }

    /// When to take the next step.
    pub(super) fn due(&self) -> Instant {
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pings_come_at_half_the_period() {
        let now = Instant::now();
        let mut watchdog = Watchdog::new(2 * SECOND, now);
        assert_eq!(watchdog.step(true, now), Ping::Due);
        assert_eq!(watchdog.due(), now + SECOND);
        assert_eq!(watchdog.step(true, now + SECOND / 2), Ping::None);
        assert_eq!(watchdog.step(true, now + SECOND), Ping::Due);
    }

    #[test]
    fn a_ping_left_out_is_made_up_for_as_soon_as_the_process_lives_again() {
        let now = Instant::now();
        let mut watchdog = Watchdog::new(20 * SECOND, now);
        assert_eq!(watchdog.step(false, now), Ping::LeftOut);
        assert_eq!(watchdog.due(), now + AGAIN);
        assert_eq!(watchdog.step(false, now + AGAIN), Ping::None);
        assert_eq!(watchdog.step(true, now + 2 * AGAIN), Ping::Resumed);
        assert_eq!(watchdog.due(), now + 2 * AGAIN + 10 * SECOND);
    }
}
