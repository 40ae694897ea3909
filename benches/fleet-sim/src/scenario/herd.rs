//! What brings many checks together: a common start, and the recovery of what they all ask.

use super::{Section, Size};
use crate::{
    chance::Chance,
    counts::Counts,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    instance::Instance,
    kubelet::Kubelet,
    replica::How,
    settings::{Check, Probe},
    table::Table,
    time::{MILLISECOND, MINUTE, Micros, SECOND},
    world::{Counted, Fault, Outage, World},
};

const SEED: u64 = 0x4e4d;
const BIN: Micros = 100 * MILLISECOND;
const STARTED: Micros = 30 * MINUTE;
/// Of a start at once: from the first process to the last.
const SCATTER: Micros = 2 * SECOND;
/// Of a rolling restart.
const ROLL: Micros = 10 * MINUTE;
const DOWN: Micros = 60 * SECOND;
const UP: Micros = DOWN + 60 * SECOND;
const END: Micros = UP + 30 * SECOND;

const NO_JITTER: Check = Check { jitter: 0.0, ..Check::DEFAULT };
const RETRY_JITTER: Check = Check { retry_jitter: 1.0, ..Check::DEFAULT };
const DROPPED_LATE: Check = Check { cancel_after: 10 * SECOND, ..Check::DEFAULT };
const RETRY_JITTER_OF_A_TENTH: Check = Check { retry_jitter: 0.2, ..Check::DEFAULT };
const DRAWN: &str = "pauses, retry_interval drawn from 1 to 2 s (not built)";

pub(crate) fn section(size: Size) -> Section {
    let (start, start_table) = start(size);
    let (recovery, recovery_table) = recovery(size);
    Section {
        figures: vec![start, recovery],
        tables: vec![("start", start_table), ("recovery", recovery_table), ("pauses", pauses(size))],
    }
}

/// How the processes of a fleet begin.
#[derive(Clone, Copy, Debug)]
enum Start {
    AtOnce,
    /// At once, with a first run that waits for a random part of the interval.
    Delayed,
    Rolling,
}

fn start(size: Size) -> (Figure, Table) {
    let cases = [
        ("all at once, no jitter", Start::AtOnce, NO_JITTER),
        ("all at once, jitter 10 %", Start::AtOnce, Check::DEFAULT),
        ("all at once, first run delayed at random by up to 5 s", Start::Delayed, Check::DEFAULT),
        ("rolling restart over 10 minutes, jitter 10 %", Start::Rolling, Check::DEFAULT),
    ];
    let mut table = Table::new([
        "start of 100 000 instances".replace("100 000", &number(size.instances as f64)).as_str(),
        "peak second",
        "peak second after 5 min",
        "after 15 min",
        "after 30 min",
        "mean per second",
    ]);
    let mut lines = Vec::new();
    for ((label, start, check), look) in cases.into_iter().zip(Look::ALL) {
        let asked = started(start, check, size.instances);
        let mean = asked.mean(STARTED - 5 * MINUTE, STARTED);
        let over = |from: Micros| asked.peak(from, from + 30 * SECOND);
        let windows = (0..STARTED / (30 * SECOND)).map(|at| at * 30 * SECOND);
        let points = windows.map(|at| ((at + 15 * SECOND) as f64 / MINUTE as f64, over(at) / mean)).collect();
        lines.push(Line { label, look, points });
        table.row([
            label.to_owned(),
            number(asked.peak(0, STARTED)),
            number(over(5 * MINUTE)),
            number(over(15 * MINUTE)),
            number(over(STARTED - 30 * SECOND)),
            number(mean),
        ]);
    }
    let figure = Figure {
        name: "start",
        panels: vec![Panel {
            title: "Load after a common start: the busiest second of each half minute".to_owned(),
            x: Axis::linear("minutes after the start", 0.0, 30.0),
            y: Axis::linear("busiest second as a multiple of the mean", 0.0, 3.0),
            lines,
        }],
    };
    (figure, table)
}

fn started(start: Start, check: Check, instances: u64) -> Counts {
    let each = |asked: &mut Counts, chance: &mut Chance| {
        let first = match start {
            Start::AtOnce => chance.below(SCATTER),
            Start::Delayed => chance.below(SCATTER) + chance.below(check.interval),
            Start::Rolling => chance.below(ROLL),
        };
        let mut world = Counted { world: Outage::NONE, asked };
        let mut instance = Instance::first_run_at(first, check);
        while instance.wake() < STARTED {
            instance.advance(instance.wake(), &mut world, chance);
        }
    };
    fleet::fold(instances, SEED, || Counts::new(BIN, STARTED), each, |asked, more| asked.join(&more))
}

fn recovery(size: Size) -> (Figure, Table) {
    let cases = [
        ("refuses, healthsdk's defaults", Fault::Refuses, How::Background(Check::DEFAULT)),
        ("pauses, healthsdk's defaults", Fault::Pauses, How::Background(Check::DEFAULT)),
        (DRAWN, Fault::Pauses, How::Background(RETRY_JITTER)),
        ("refuses or pauses, each probe runs the check", Fault::Pauses, How::EachProbe),
    ];
    let mut table = Table::new([
        "a dependency that is down for 60 s",
        "mean before, per second",
        "peak second while down",
        "peak second after",
        "most in 100 ms after",
        "steady again after",
    ]);
    let mut lines = Vec::new();
    for ((label, fault, how), look) in cases.into_iter().zip(Look::ALL) {
        let asked = recovered(fault, how, UP, size.instances);
        let mean = asked.mean(DOWN - 30 * SECOND, DOWN);
        let points = asked
            .rates()
            .filter(|(at, _)| (110.0..138.0).contains(at))
            .map(|(at, rate)| (at - 120.0, rate / size.instances as f64));
        lines.push(Line { label, look, points: points.collect() });
        let steady = (0..25).find(|after| asked.peak(UP + after * SECOND, END) < 1.5 * mean);
        table.row([
            label.to_owned(),
            number(mean),
            number(asked.peak(DOWN, UP)),
            number(asked.peak(UP, END)),
            number(asked.largest(UP, END) as f64),
            steady.map_or_else(|| "> 25 s".to_owned(), |after| format!("{after} s")),
        ]);
    }
    let figure = Figure {
        name: "recovery",
        panels: vec![Panel {
            title: "Checks around the recovery of a dependency that was down for 60 s, in bins of 100 ms"
                .to_owned(),
            x: Axis::linear("seconds after the recovery", -10.0, 18.0),
            y: Axis::log("checks per second and instance", 0.01, 10.0),
            lines,
        }],
    };
    (figure, table)
}

/// What a recovery brings together depends on how old the runs under way are by then.
fn pauses(size: Size) -> Table {
    let mut table =
        Table::new(["most in 100 ms after a pause of", "54 s", "56 s", "58 s", "60 s", "62 s", "64 s"]);
    let cases = [
        ("pauses, healthsdk's defaults", Check::DEFAULT),
        ("pauses, cancel_after 10 s", DROPPED_LATE),
        ("pauses, retry_interval drawn from 1 to 1.2 s (not built)", RETRY_JITTER_OF_A_TENTH),
        (DRAWN, RETRY_JITTER),
    ];
    let instances = size.instances / 5;
    for (label, check) in cases {
        let shares = [54, 56, 58, 60, 62, 64].map(|length| {
            let up = DOWN + length * SECOND;
            let asked = recovered(Fault::Pauses, How::Background(check), up, instances);
            let share = asked.largest(up, END) as f64 / instances as f64;
            format!("{:.0} %", 100.0 * share)
        });
        table.row(std::iter::once(label.to_owned()).chain(shares));
    }
    table
}

fn recovered(fault: Fault, how: How, up: Micros, instances: u64) -> Counts {
    let each = |asked: &mut Counts, chance: &mut Chance| {
        let mut world = Counted { world: Outage { fault, from: DOWN, to: up }, asked };
        match how {
            How::Background(check) => {
                let mut instance = Instance::steady(check, chance);
                while instance.wake() < END {
                    instance.advance(instance.wake(), &mut world, chance);
                }
            }
            How::EachProbe => each_probe(&mut world, chance),
        }
    };
    fleet::fold(instances, SEED + 1, || Counts::new(BIN, END), each, |asked, more| asked.join(&more))
}

/// A kubelet and three nodes of a load balancer, each with its beat.
fn each_probe(world: &mut impl World, chance: &mut Chance) {
    let node = Probe { period: 5 * SECOND, ..Probe::KUBERNETES };
    for probe in [Probe::KUBERNETES, node, node, node] {
        let mut prober = Kubelet::new(probe, chance);
        while prober.wake() < END {
            prober.advance(prober.wake(), |now| world.ask(now, chance));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same numbers on every machine: seeds, times and jitter are whole numbers, or products of them.
    #[test]
    fn the_checks_around_a_recovery_are_those_of_every_other_run() {
        let asked = recovered(Fault::Pauses, How::Background(Check::DEFAULT), UP, 1_000);
        let seconds: Vec<_> = (115..130).map(|at| asked.mean(at * SECOND, (at + 1) * SECOND)).collect();
        let expected = [
            180.0, 175.0, 183.0, 224.0, 42.0, 0.0, 550.0, 669.0, 399.0, 284.0, 56.0, 42.0, 459.0, 170.0,
            229.0,
        ];
        assert_eq!(seconds, expected);
    }

    #[test]
    fn one_that_pauses_brings_the_fleet_together_and_one_that_refuses_does_not() {
        let most = |fault| recovered(fault, How::Background(Check::DEFAULT), UP, 1_000).largest(UP, END);
        assert!(most(Fault::Pauses) > 300);
        assert!(most(Fault::Refuses) < 100);
    }
}
