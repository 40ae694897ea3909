//! A healthy dependency whose latency has a tail: how often it is taken for broken.

use super::{Section, Size};
use crate::{
    chance::Chance,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    replica::{How, Replica},
    settings::{Check, Probe},
    table::Table,
    time::{DAY, HOUR, MILLISECOND, Micros, SECOND, part},
    world::{Answer, World},
};

const SEED: u64 = 0xa1a2;
const MEDIAN: Micros = 20 * MILLISECOND;
const SIGMA: f64 = 1.0;
/// Of packets; a question needs two.
const LOSS: f64 = 0.005;
/// Until a lost packet is sent again, at first; twice as long each time.
const RESEND: Micros = 200 * MILLISECOND;
const BETWEEN_SPELLS: Micros = HOUR;
const SPELL: Micros = 3 * SECOND;
/// So many times longer everything takes in a spell.
const SLOWER: f64 = 100.0;
const TIMEOUTS: [(&str, Micros); 4] = [
    ("timeout 150 ms", 150 * MILLISECOND),
    ("timeout 500 ms", 500 * MILLISECOND),
    ("timeout 1 s", SECOND),
    ("timeout 2 s", 2 * SECOND),
];
const EACH_PROBE: &str = "each probe runs the check, each 10 s, timeout 1 s";
/// What is published is counted, so that probes do not matter.
const SELDOM: Probe = Probe { period: DAY, ..Probe::PRINTED };
/// Of a run that is dropped so late the next is not completed before the check is stale; by default it is.
const DROPPED_LATE: Check = Check { cancel_after: 10 * SECOND, ..Check::DEFAULT };
const LATE: &str = "timeout 1 s, cancel_after 10 s";
const OTHERS_DROPPED_LATE: [(&str, Check); 4] = [
    (
        "timeout 2 s, cancel_after 16 s",
        Check { cancel_after: 16 * SECOND, ..Check::DEFAULT.timeout(2 * SECOND) },
    ),
    ("interval 1 s", Check::DEFAULT.interval(SECOND)),
    ("interval 1 s, cancel_after 2 s", Check { cancel_after: 2 * SECOND, ..Check::DEFAULT.interval(SECOND) }),
    ("interval 1 s, cancel_after 8 s", Check { cancel_after: 8 * SECOND, ..Check::DEFAULT.interval(SECOND) }),
];
/// Below it, nothing is seen in the time that is simulated.
const LEAST: f64 = 0.001;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    LogNormal,
    Pareto,
}

#[derive(Clone, Copy, Debug)]
struct Noisy {
    tail: Tail,
    /// Whether there are spells in which it is slow.
    spells: bool,
    from: Micros,
    to: Micros,
}

impl Noisy {
    fn new(tail: Tail, spells: bool) -> Self {
        Self { tail, spells, from: 0, to: 0 }
    }

    fn latency(&self, chance: &mut Chance) -> Micros {
        let latency = match self.tail {
            Tail::LogNormal => chance.log_normal(MEDIAN, SIGMA),
            Tail::Pareto => chance.pareto(MEDIAN / 2, 1.5),
        };
        let mut resend = RESEND;
        let mut lost = 0;
        for _ in 0..2 {
            while chance.happens(LOSS) {
                lost += resend;
                resend *= 2;
            }
        }
        latency + lost
    }

    fn is_slow(&mut self, now: Micros, chance: &mut Chance) -> bool {
        while self.spells && now >= self.to {
            self.from = self.to + chance.exponential(BETWEEN_SPELLS);
            self.to = self.from + chance.exponential(SPELL);
        }
        (self.from..self.to).contains(&now)
    }
}

impl World for Noisy {
    fn ask(&mut self, now: Micros, chance: &mut Chance) -> Answer {
        let latency = self.latency(chance);
        let after = if self.is_slow(now, chance) { part(latency, SLOWER) } else { latency };
        Answer { after, passed: true }
    }
}

pub(crate) fn section(size: Size) -> Section {
    let mut table =
        Table::new(["false alarms per instance and day, failure_threshold", "1", "2", "3", "4", "5"]);
    let days = (size.trials / 500).max(1);
    let cases = [
        (
            "log-normal",
            Noisy::new(Tail::LogNormal, false),
            "Log-normal latency, median 20 ms, packet loss 0.5 %",
        ),
        ("Pareto", Noisy::new(Tail::Pareto, false), "Pareto latency, shape 1.5, packet loss 0.5 %"),
        (
            "log-normal with slow spells",
            Noisy::new(Tail::LogNormal, true),
            "As the first, and a slow spell of 3 s each hour",
        ),
    ];
    let mut panels = Vec::new();
    for (name, noisy, title) in cases {
        let mut lines = Vec::new();
        for ((label, timeout), look) in TIMEOUTS.into_iter().zip(Look::ALL) {
            let check = Check::DEFAULT.timeout(timeout);
            let rates = background(noisy, days, check);
            push(&mut table, format!("{name}, {label}"), rates);
            lines.push(Line { label, look, points: points(rates) });
        }
        if noisy.tail == Tail::Pareto {
            let rates = background(noisy, days, DROPPED_LATE);
            push(&mut table, format!("{name}, {LATE}"), rates);
            lines.push(Line { label: LATE, look: Look::Hollow, points: points(rates) });
            for (label, check) in OTHERS_DROPPED_LATE {
                push(&mut table, format!("{name}, {label}"), background(noisy, days, check));
            }
        }
        let naive = |threshold| (How::EachProbe, Probe { failure_threshold: threshold, ..Probe::KUBERNETES });
        let rates = rates(noisy, days, naive);
        push(&mut table, format!("{name}, {EACH_PROBE}"), rates);
        lines.push(Line { label: EACH_PROBE, look: Look::Crosses, points: points(rates) });
        panels.push(panel(title, lines));
    }
    panels.push(options(days, &mut table));
    Section { figures: vec![Figure { name: "alarms", panels }], tables: vec![("alarms", table)] }
}

/// What else moves alarms from slow spells.
fn options(days: u64, table: &mut Table) -> Panel {
    let noisy = Noisy::new(Tail::LogNormal, true);
    let mut lines = Vec::new();
    let second = Check::DEFAULT;
    let cases = [
        ("timeout 1 s", second, Look::Squares),
        ("timeout 1 s, retry_interval 2 s", second.retry_interval(2 * SECOND), Look::Pluses),
        (LATE, DROPPED_LATE, Look::Hollow),
    ];
    for (label, check, look) in cases {
        let rates = background(noisy, days, check);
        if look != Look::Squares {
            push(table, format!("log-normal with slow spells, {label}"), rates);
        }
        lines.push(Line { label, look, points: points(rates) });
    }
    panel("As the third, with one option changed", lines)
}

fn background(noisy: Noisy, days: u64, check: Check) -> [f64; 5] {
    rates(noisy, days, |threshold| (How::Background(check.thresholds(threshold, 2)), SELDOM))
}

fn panel(title: &str, lines: Vec<Line>) -> Panel {
    Panel {
        title: title.to_owned(),
        x: Axis::linear("failure_threshold", 1.0, 5.0),
        y: Axis::log("per instance and day", LEAST, 1_000.0),
        lines,
    }
}

fn push(table: &mut Table, name: String, rates: [f64; 5]) {
    let told = rates.map(|rate| if rate == 0.0 { "–".to_owned() } else { number(rate) });
    table.row(std::iter::once(name).chain(told));
}

fn points(rates: [f64; 5]) -> Vec<(f64, f64)> {
    (1..=5).map(f64::from).zip(rates).collect()
}

fn rates(noisy: Noisy, days: u64, of: impl Fn(u32) -> (How, Probe) + Sync) -> [f64; 5] {
    [1, 2, 3, 4, 5].map(|threshold| {
        let (how, probe) = of(threshold);
        alarms(how, probe, noisy, days) as f64 / days as f64
    })
}

fn alarms(how: How, probe: Probe, noisy: Noisy, days: u64) -> u64 {
    let each = |alarms: &mut u64, chance: &mut Chance| {
        let mut replica = Replica::steady(how, probe, chance);
        let mut failed = true;
        replica.run(DAY, &mut noisy.clone(), chance, |_, seen| {
            *alarms += u64::from(seen.failed && !failed);
            failed = seen.failed;
        });
    };
    fleet::fold(days, SEED, || 0, each, |alarms, more| *alarms += more)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of independent failures the rate is known: a row of them begins after each pass, with the probability that so many fail.
    #[test]
    fn alarms_of_independent_failures_are_as_rare_as_the_formula_says() {
        let noisy = Noisy::new(Tail::LogNormal, false);
        let timeout = 150 * MILLISECOND;
        let mut chance = Chance::new(SEED, 0);
        let draws = 200_000;
        let late = (0..draws).filter(|_| noisy.latency(&mut chance) > timeout).count();
        let p = late as f64 / f64::from(draws);
        for threshold in [1, 2] {
            let check = Check::DEFAULT.timeout(timeout).thresholds(threshold, 1);
            let days = 4;
            let seen = alarms(How::Background(check), SELDOM, noisy, days) as f64 / days as f64;
            let interval = 5.25 * (1.0 - p) + 1.0 * p;
            let expected = 86_400.0 / interval * (1.0 - p) * p.powi(threshold.cast_signed());
            assert!((seen / expected - 1.0).abs() < 0.25, "{seen} a day where {expected} are due");
        }
    }
}
