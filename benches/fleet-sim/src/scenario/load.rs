//! What a shared dependency is asked while all is well.

use std::collections::VecDeque;

use super::{Section, Size};
use crate::{
    chance::Chance,
    counts::Counts,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    instance::Instance,
    settings::{Check, HEALTHY, Probe},
    table::Table,
    time::{MILLISECOND, Micros, SECOND},
    world::{Answer, Counted, World},
};

const SEED: u64 = 0x10ad;
const WARM: Micros = 30 * SECOND;
const END: Micros = WARM + 60 * SECOND;
/// Nodes of a load balancer, beside the kubelet.
const NODES: u64 = 3;
const NODE_PERIOD: Micros = 5 * SECOND;
const TTL: Micros = 5 * SECOND;
const SLOW: Micros = 900 * MILLISECOND;

/// What makes a check run.
#[derive(Clone, Copy, Debug)]
enum Regime {
    EachProbe,
    Ttl { single_flight: bool },
    Background { jitter: f64 },
}

const REGIMES: [(&str, Regime); 5] = [
    ("each probe runs the check", Regime::EachProbe),
    ("ttl 5 s, without single flight", Regime::Ttl { single_flight: false }),
    ("ttl 5 s, single flight", Regime::Ttl { single_flight: true }),
    ("background, interval 5 s, no jitter", Regime::Background { jitter: 0.0 }),
    ("background, interval 5 s, jitter 10 %", Regime::Background { jitter: 0.1 }),
];

/// A healthy dependency with a given latency.
#[derive(Clone, Copy, Debug)]
struct Healthy(Micros);

impl World for Healthy {
    fn ask(&mut self, _: Micros, _: &mut Chance) -> Answer {
        Answer { after: self.0, passed: true }
    }
}

pub(crate) fn section(size: Size) -> Section {
    let sizes: Vec<u64> =
        (1..=5).map(|power| 10_u64.pow(power)).filter(|size_| *size_ <= size.instances).collect();
    let mut table =
        Table::new(["instances", REGIMES[0].0, REGIMES[1].0, REGIMES[2].0, REGIMES[3].0, REGIMES[4].0]);
    let mut lines: Vec<_> = lines();
    for instances in &sizes {
        let asked = REGIMES.map(|(_, regime)| asked(regime, *instances, NODES, HEALTHY));
        for (line, asked) in lines.iter_mut().zip(&asked) {
            line.points.push((*instances as f64, asked.mean(WARM, END)));
        }
        let cells = asked
            .map(|asked| format!("{} ({})", number(asked.mean(WARM, END)), number(asked.peak(WARM, END))));
        table.row(std::iter::once(number(*instances as f64)).chain(cells));
    }
    let by_fleet = Figure {
        name: "load-by-fleet",
        panels: vec![Panel {
            title: "Checks that a shared dependency sees: 1 kubelet, 3 load balancer nodes".to_owned(),
            x: Axis::log("instances", 10.0, 100_000.0),
            y: Axis::log("checks per second, mean", 1.0, 100_000.0),
            lines: lines.iter().filter(|line| line.look != Look::Diamonds).cloned().collect(),
        }],
    };
    let panels = [(HEALTHY, "Dependency answers in 5 ms"), (SLOW, "Dependency answers in 900 ms")];
    let by_probers = Figure {
        name: "load-by-probers",
        panels: panels.map(|(latency, title)| by_probers(latency, title, size)).to_vec(),
    };
    Section { figures: vec![by_fleet, by_probers], tables: vec![("load", table)] }
}

fn lines() -> Vec<Line> {
    let look = REGIMES.iter().zip(Look::ALL);
    look.map(|((label, _), look)| Line { label, look, points: Vec::new() }).collect()
}

fn by_probers(latency: Micros, title: &str, size: Size) -> Panel {
    let mut lines = lines();
    lines.retain(|line| line.look != Look::Diamonds);
    let instances = (size.instances / 100).max(10);
    for nodes in [1, 2, 3, 5, 10, 20, 50, 100] {
        for line in &mut lines {
            let regime = REGIMES.iter().find(|(label, _)| *label == line.label).expect("each has a line").1;
            let asked = asked(regime, instances, nodes, latency);
            line.points.push((nodes as f64, asked.mean(WARM, END) / instances as f64));
        }
    }
    Panel {
        title: title.to_owned(),
        x: Axis::log("load balancer nodes that probe each 5 s", 1.0, 100.0),
        y: Axis::log("checks per second and instance", 0.1, 100.0),
        lines,
    }
}

fn asked(regime: Regime, instances: u64, nodes: u64, latency: Micros) -> Counts {
    fleet::fold(
        instances,
        SEED,
        || Counts::new(SECOND, END),
        |asked, chance| one(regime, nodes, latency, asked, chance),
        |asked, more| asked.join(&more),
    )
}

fn one(regime: Regime, nodes: u64, latency: Micros, asked: &mut Counts, chance: &mut Chance) {
    match regime {
        Regime::Background { jitter } => background(jitter, latency, asked, chance),
        Regime::EachProbe => probed(0, true, nodes, latency, asked, chance),
        Regime::Ttl { single_flight } => probed(TTL, single_flight, nodes, latency, asked, chance),
    }
}

fn background(jitter: f64, latency: Micros, asked: &mut Counts, chance: &mut Chance) {
    let mut instance = Instance::steady(Check { jitter, ..Check::DEFAULT }, chance);
    let mut world = Counted { world: Healthy(latency), asked };
    while instance.wake() < END {
        instance.advance(instance.wake(), &mut world, chance);
    }
}

/// Runs that probers cause, who reuse what ended less than `ttl` ago.
fn probed(
    ttl: Micros,
    single_flight: bool,
    nodes: u64,
    latency: Micros,
    asked: &mut Counts,
    chance: &mut Chance,
) {
    let periods = std::iter::once(Probe::KUBERNETES.period).chain((0..nodes).map(|_| NODE_PERIOD));
    let mut probes: Vec<Micros> = Vec::new();
    for period in periods {
        let first = chance.below(period);
        probes.extend((0..).map(|at| first + at * period).take_while(|at| *at < END));
    }
    probes.sort_unstable();
    // When runs that may still be of use end, in order.
    let mut ends: VecDeque<Micros> = VecDeque::new();
    for now in probes {
        ends.retain(|end| end + ttl > now);
        let fresh = ends.iter().any(|end| *end <= now);
        let joins = single_flight && ttl > 0 && !ends.is_empty();
        if !fresh && !joins {
            asked.add(now, 1);
            ends.push_back(now + latency);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a background check the load is known: one run an interval, which is longer by half of the jitter.
    #[test]
    fn the_mean_load_is_the_fleet_by_the_interval() {
        for (jitter, interval) in [(0.0, 5.0), (0.1, 5.25)] {
            let instances = 2_000;
            let mean = asked(Regime::Background { jitter }, instances, NODES, HEALTHY).mean(WARM, END);
            let expected = instances as f64 / interval;
            assert!((mean / expected - 1.0).abs() < 0.01, "{mean} where {expected} are due");
        }
    }

    #[test]
    fn each_probe_costs_a_run_and_a_ttl_bounds_them_only_with_single_flight() {
        let instances = 200;
        let of = |regime, nodes, latency| {
            asked(regime, instances, nodes, latency).mean(WARM, END) / instances as f64
        };
        let each = of(Regime::EachProbe, NODES, HEALTHY);
        assert!((each - 0.7).abs() < 0.01, "{each}");
        let single = of(Regime::Ttl { single_flight: true }, 100, SLOW);
        assert!(single <= 1.0 / 5.9 + 0.01, "{single}");
        let several = of(Regime::Ttl { single_flight: false }, 100, SLOW);
        assert!(several > 5.0 * single, "{several} and {single}");
    }
}
