//! A process that does not run for a while, though its dependency is well.

use super::{Section, Size};
use crate::{
    chance::Chance,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    instance::Instance,
    settings::Check,
    table::Table,
    time::{HOUR, MILLISECOND, Micros, NEVER, SECOND, seconds},
    world::{Answer, World},
};

const SEED: u64 = 0xf2ee;
/// The engine's clock ticks so often, and a tick later than `LATE` is a freeze.
const TICK: Micros = 250 * MILLISECOND;
const LATE: Micros = SECOND;

const CASES: [(&str, u32, bool); 4] = [
    ("failure_threshold 1, without the rule", 1, false),
    ("failure_threshold 3, without the rule", 3, false),
    ("failure_threshold 1, with the rule", 1, true),
    ("failure_threshold 3, with the rule", 3, true),
];

/// When the process does not run.
#[derive(Clone, Copy, Debug)]
struct Freezes {
    from: Micros,
    length: Micros,
    /// From the end of one to the beginning of the next.
    pause: Micros,
}

/// A dependency that answers after so long.
#[derive(Clone, Copy, Debug)]
struct After(Micros);

impl World for After {
    fn ask(&mut self, _: Micros, _: &mut Chance) -> Answer {
        Answer { after: self.0, passed: true }
    }
}

pub(crate) fn section(size: Size) -> Section {
    Section { figures: vec![once(size)], tables: vec![("throttle", throttled(size))] }
}

fn once(size: Size) -> Figure {
    let lengths = [
        0.1, 0.2, 0.5, 0.9, 1.1, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 20.0,
        30.0, 60.0,
    ];
    let lines = CASES.into_iter().zip(Look::ALL).map(|((label, threshold, freeze_rule), look)| {
        let check = Check { freeze_rule, ..Check::DEFAULT.thresholds(threshold, 2) };
        let share = |length: f64| {
            let length = (length * 1e6) as Micros;
            let alarms = fleet::list(size.trials / 10, SEED, |chance| {
                let freezes = Freezes { from: 30 * SECOND + chance.below(5 * SECOND), length, pause: NEVER };
                alarms(check, freezes, After(200 * MILLISECOND), 60 * SECOND + length, chance)
            });
            100.0 * alarms.iter().filter(|alarms| **alarms > 0).count() as f64 / alarms.len() as f64
        };
        Line { label, look, points: lengths.iter().map(|length| (*length, share(*length))).collect() }
    });
    let panel = Panel {
        title: "One freeze of a process whose dependency answers in 200 ms; timeout 1 s".to_owned(),
        x: Axis::log("length of the freeze in seconds", 0.1, 100.0),
        y: Axis::log("% of freezes that are published as a failure", 0.1, 100.0),
        lines: lines.collect(),
    };
    Figure { name: "freeze", panels: vec![panel] }
}

fn throttled(size: Size) -> Table {
    let mut table = Table::new([
        "runs / does not run, dependency answers after, timeout",
        CASES[0].0,
        CASES[1].0,
        CASES[2].0,
        CASES[3].0,
    ]);
    let cases = [
        (10, 90, 20, 150),
        (10, 90, 100, 150),
        (100, 900, 20, 150),
        (100, 900, 120, 150),
        (100, 900, 120, 1_000),
        (100, 900, 120, 2_000),
        (200, 1_800, 20, 1_000),
        (200, 1_800, 250, 1_000),
        (1_000, 4_000, 20, 1_000),
        (1_000, 20_000, 20, 1_000),
    ];
    let hours = (size.trials / 10_000).max(1);
    for (runs, stands, after, timeout) in cases {
        let cells = CASES.map(|(_, threshold, freeze_rule)| {
            let check = Check {
                freeze_rule,
                ..Check::DEFAULT.timeout(timeout * MILLISECOND).thresholds(threshold, 2)
            };
            let failed = fleet::fold(
                hours,
                SEED,
                || 0,
                |failed, chance| {
                    let freezes = Freezes {
                        from: 30 * SECOND + chance.below(SECOND),
                        length: stands * MILLISECOND,
                        pause: runs * MILLISECOND,
                    };
                    *failed += failed_for(check, freezes, After(after * MILLISECOND), HOUR, chance);
                },
                |failed, more| *failed += more,
            );
            format!("{} %", number((1_000.0 * seconds(failed) / (3_600.0 * hours as f64)).round() / 10.0))
        });
        table.row(std::iter::once(format!("{runs} / {stands} ms, {after} ms, {timeout} ms")).chain(cells));
    }
    table
}

/// How often it is published as failed.
fn alarms(check: Check, freezes: Freezes, world: After, until: Micros, chance: &mut Chance) -> u64 {
    let mut alarms = 0;
    run(check, freezes, world, until, chance, |_, failed| alarms += u64::from(failed));
    alarms
}

/// How long it is published as failed.
fn failed_for(check: Check, freezes: Freezes, world: After, until: Micros, chance: &mut Chance) -> Micros {
    let (mut since, mut sum) = (None, 0);
    run(check, freezes, world, until, chance, |now, failed| {
        sum += since.take().map_or(0, |since| now - since);
        since = failed.then_some(now);
    });
    sum + since.map_or(0, |since| until - since)
}

fn run(
    check: Check,
    mut freezes: Freezes,
    mut world: After,
    until: Micros,
    chance: &mut Chance,
    mut changed: impl FnMut(Micros, bool),
) {
    let mut instance = Instance::steady(check, chance);
    let mut failed = false;
    loop {
        let now = instance.wake();
        let thaw = freezes.from.saturating_add(freezes.length);
        let now = if now < freezes.from { now } else { thaw };
        if now >= until {
            return;
        }
        if now == thaw {
            freezes.from = thaw.saturating_add(freezes.pause);
            if freezes.length > LATE + chance.below(TICK) {
                instance.thaw(now);
            }
        }
        instance.advance(now, &mut world, chance);
        // Before the first run nothing is known.
        if now > 10 * SECOND && instance.is_failed() != failed {
            failed = !failed;
            changed(now, failed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_the_rule_no_freeze_that_it_sees_is_blamed_on_the_dependency() {
        for length in [2, 5, 20, 600] {
            for trial in 0..200 {
                let chance = &mut Chance::new(SEED, trial);
                let length = length * SECOND;
                let freezes = Freezes { from: 30 * SECOND + chance.below(5 * SECOND), length, pause: NEVER };
                let check = Check::DEFAULT.thresholds(1, 1);
                assert_eq!(alarms(check, freezes, After(200 * MILLISECOND), 60 * SECOND + length, chance), 0);
            }
        }
    }
}
