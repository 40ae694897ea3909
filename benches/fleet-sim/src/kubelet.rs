use crate::{chance::Chance, settings::Probe, time::Micros, world::Answer};

/// A kubelet's prober for one container, as far as the answers move the container in and out of traffic.
#[derive(Debug)]
pub(crate) struct Kubelet {
    probe: Probe,
    next: Micros,
    /// What the probe under way will hear, and when.
    hears: Option<(Micros, bool)>,
    last: bool,
    row: u32,
    ready: bool,
}

impl Kubelet {
    /// One that has found the container ready, and asks it next within a period.
    pub(crate) fn new(probe: Probe, chance: &mut Chance) -> Self {
        Self { probe, next: chance.below(probe.period), hears: None, last: true, row: 0, ready: true }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(crate) fn wake(&self) -> Micros {
        self.hears.map_or(self.next, |(at, _)| at)
    }

    /// Asks nothing for so long.
    pub(crate) fn delay(&mut self, time: Micros) {
        self.next += time;
    }

    /// Asks, or hears what it asked.
    pub(crate) fn advance(&mut self, now: Micros, ask: impl FnOnce(Micros) -> Answer) {
        match self.hears {
            Some((at, passed)) if at <= now => {
                self.hears = None;
                self.hear(passed);
            }
            None if self.next <= now => {
                let Answer { after, passed } = ask(now);
                let (after, passed) =
                    if after > self.probe.timeout { (self.probe.timeout, false) } else { (after, passed) };
                self.next += self.probe.period;
                self.hears = Some((now + after, passed));
            }
            _ => {}
        }
    }

    fn hear(&mut self, passed: bool) {
        self.row = if passed == self.last { self.row.saturating_add(1) } else { 1 };
        self.last = passed;
        let needed = if passed { self.probe.success_threshold } else { self.probe.failure_threshold };
        if self.row >= needed {
            self.ready = passed;
        }
    }
}

/// What it hears of a process that publishes what it knows: an answer at once.
pub(crate) fn published(passed: bool) -> Answer {
    Answer { after: 0, passed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_take_it_out_and_one_pass_brings_it_back() {
        let mut kubelet = Kubelet::new(Probe::KUBERNETES, &mut Chance::new(1, 1));
        let heard = [false, false, true, false, false, false, true];
        let ready = heard.map(|passed| {
            kubelet.hear(passed);
            kubelet.ready
        });
        assert_eq!(ready, [true, true, true, true, true, false, true]);
    }

    #[test]
    fn an_answer_that_comes_after_the_timeout_is_a_failure_at_the_timeout() {
        let probe = Probe { failure_threshold: 1, ..Probe::KUBERNETES };
        let mut kubelet = Kubelet::new(probe, &mut Chance::new(1, 1));
        let asked = kubelet.wake();
        kubelet.advance(asked, |_| Answer { after: probe.timeout + 1, passed: true });
        assert_eq!(kubelet.wake(), asked + probe.timeout);
        kubelet.advance(asked + probe.timeout, |_| unreachable!("it has asked"));
        assert!(!kubelet.is_ready());
    }
}
