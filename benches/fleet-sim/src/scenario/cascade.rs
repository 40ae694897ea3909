//! A part of the fleet is lost, and what is left takes its load.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Section, Size};
use crate::{
    chance::Chance,
    figure::{Axis, Figure, Line, Look, Panel, number},
    replica::{How, Replica},
    settings::{Check, Probe},
    table::Table,
    time::{MILLISECOND, MINUTE, Micros, NEVER, part},
    world::{Answer, World},
};

const SEED: u64 = 0xca5c;
/// A part of the instances is gone from here on.
const LOSS: Micros = 2 * MINUTE;
const MEASURED: Micros = LOSS + 5 * MINUTE;
const END: Micros = LOSS + 10 * MINUTE;
/// How long a request takes in an instance that has nothing else to do, at the mean.
const SERVICE: Micros = 50 * MILLISECOND;

const CASES: [(&str, How, Probe); 4] = [
    ("each probe runs the check; Kubernetes' defaults", How::EachProbe, Probe::KUBERNETES),
    (
        "error, thresholds 1/1; Kubernetes' defaults",
        How::Background(Check::DEFAULT.thresholds(1, 1)),
        Probe::KUBERNETES,
    ),
    ("error, thresholds 3/2; probes as printed", How::Background(Check::DEFAULT), Probe::PRINTED),
    (
        "degraded, thresholds 3/2; probes as printed",
        How::Background(Check { shared: true, ..Check::DEFAULT }),
        Probe::PRINTED,
    ),
];

/// What a check finds that waits behind the requests of its own instance: the sojourn time of an M/M/1 queue.
#[derive(Clone, Copy, Debug)]
struct Busy {
    /// Share of the instance's capacity that requests take.
    utilisation: f64,
}

impl World for Busy {
    fn ask(&mut self, _: Micros, chance: &mut Chance) -> Answer {
        let idle = 1.0 - self.utilisation;
        let after = if idle <= 0.0 { NEVER } else { chance.exponential(part(SERVICE, 1.0 / idle)) };
        Answer { after, passed: true }
    }
}

/// What is left of a fleet, over the last minutes.
#[derive(Clone, Copy, Debug)]
struct Left {
    /// In rotation, of those that are not gone.
    in_rotation: f64,
    /// Of the requests, those for which there is capacity.
    served: f64,
}

pub(crate) fn section(size: Size) -> Section {
    let instances = (size.instances / 500).max(20);
    let mut table = Table::new([
        "utilisation before; a quarter is lost",
        "best possible",
        CASES[0].0,
        CASES[1].0,
        CASES[2].0,
        CASES[3].0,
    ]);
    let mut lines: Vec<_> = CASES
        .iter()
        .zip(Look::ALL)
        .map(|((label, ..), look)| [0; 2].map(|_| Line { label, look, points: Vec::new() }))
        .collect();
    for load in (8..=19).map(|step| f64::from(step) * 0.05) {
        let mut cells = CASES.map(|_| String::new());
        for (((_, how, probe), lines), cell) in CASES.iter().zip(&mut lines).zip(&mut cells) {
            let left = left(*how, *probe, load, 0.25, instances);
            lines[0].points.push((100.0 * load, 100.0 * left.in_rotation));
            lines[1].points.push((100.0 * load, 100.0 * left.served));
            *cell = percent(left.served);
        }
        table.row([percent(load), percent(best(load, 0.25))].into_iter().chain(cells));
    }
    let bound = Line {
        label: "best possible: what is left serves all it can",
        look: Look::Bound,
        points: (40..=95)
            .map(|load| (f64::from(load), 100.0 * best(f64::from(load) / 100.0, 0.25)))
            .collect(),
    };
    let (rotation, mut served): (Vec<_>, Vec<_>) =
        lines.into_iter().map(|[rotation, served]| (rotation, served)).unzip();
    served.push(bound);
    let x = Axis::linear("% of all capacity in use before the loss", 40.0, 95.0);
    let panel = |title: &str, label, lines| Panel {
        title: title.to_owned(),
        x,
        y: Axis::linear(label, 0.0, 104.0),
        lines,
    };
    let panels = vec![
        panel("What is left of the fleet", "% of it in rotation", rotation),
        panel("Requests for which there is capacity", "% of all requests", served),
    ];
    Section { figures: vec![Figure { name: "cascade", panels }], tables: vec![("cascade", table)] }
}

fn percent(share: f64) -> String {
    format!("{} %", number((1000.0 * share).round() / 10.0))
}

fn best(load: f64, lost: f64) -> f64 {
    ((1.0 - lost) / load).min(1.0)
}

/// All instances on one queue, as each depends on how many others are in rotation.
fn left(how: How, probe: Probe, load: f64, lost: f64, instances: u64) -> Left {
    let mut fleet: Vec<_> = (0..instances)
        .map(|instance| {
            let mut chance = Chance::new(SEED, instance);
            (Replica::steady(how, probe, &mut chance), chance)
        })
        .collect();
    let mut queue: BinaryHeap<_> =
        fleet.iter().enumerate().map(|(at, (replica, _))| Reverse((replica.wake(), at))).collect();
    let load = load * instances as f64;
    let remaining = part(instances, 1.0 - lost);
    let (mut in_rotation, mut gone) = (instances, false);
    let (mut since, mut rotated, mut served) = (MEASURED, 0.0, 0.0);
    while let Some(Reverse((now, at))) = queue.pop().filter(|Reverse((now, _))| *now < END) {
        if now >= LOSS && !gone {
            gone = true;
            fleet.truncate(remaining as usize);
            in_rotation = fleet.iter().filter(|(replica, _)| replica.seen().in_rotation).count() as u64;
        }
        let Some((replica, chance)) = fleet.get_mut(at) else { continue };
        if now > since {
            let time = (now - since) as f64;
            rotated += time * in_rotation as f64;
            served += time * (in_rotation as f64 / load).min(1.0);
            since = now;
        }
        let before = replica.seen().in_rotation;
        let utilisation = if before { load / in_rotation as f64 } else { 0.0 };
        replica.advance(now, &mut Busy { utilisation }, chance);
        let after = replica.seen().in_rotation;
        in_rotation = in_rotation + u64::from(after) - u64::from(before);
        queue.push(Reverse((replica.wake(), at)));
    }
    let time = (since - MEASURED) as f64;
    Left { in_rotation: rotated / time / remaining as f64, served: served / time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_is_degraded_under_load_keeps_what_is_left_in_rotation() {
        let [.., (_, error, probe), (_, degraded, _)] = CASES;
        let of = |how| left(how, probe, 0.9, 0.25, 100).served;
        assert!((of(degraded) - best(0.9, 0.25)).abs() < 0.001);
        assert!(of(error) < 0.8 * of(degraded));
    }
}
