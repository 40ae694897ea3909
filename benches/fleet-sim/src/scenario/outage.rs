//! A dependency that all instances share goes down for a while.

use super::{Section, Size};
use crate::{
    counts::Counts,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    replica::{How, Replica},
    settings::{Check, Probe},
    table::Table,
    time::{Micros, SECOND, seconds},
    world::{Fault, Outage},
};

const SEED: u64 = 0x7a6e;
const DOWN: Micros = 60 * SECOND;
/// Watched after the recovery.
const AFTER: Micros = 60 * SECOND;
const OUTAGES: [Micros; 4] = [SECOND, 5 * SECOND, 30 * SECOND, 300 * SECOND];

type Case = (&'static str, How, Probe);

const CASES: [Case; 5] = [
    ("each probe runs the check; Kubernetes' defaults", How::EachProbe, Probe::KUBERNETES),
    (
        "local, thresholds 1/1; Kubernetes' defaults",
        How::Background(Check::DEFAULT.thresholds(1, 1)),
        Probe::KUBERNETES,
    ),
    ("local, thresholds 3/2; Kubernetes' defaults", How::Background(Check::DEFAULT), Probe::KUBERNETES),
    ("local, thresholds 3/2; probes as printed", How::Background(Check::DEFAULT), Probe::PRINTED),
    ("shared, thresholds 3/2; probes as printed", How::Background(SHARED), Probe::PRINTED),
];
const SHARED: Check = Check { shared: true, ..Check::DEFAULT };

/// What the fleet loses.
#[derive(Clone, Debug)]
struct Lost {
    /// Out of rotation: how many more, and how many less.
    out: Counts,
    /// Time out of rotation, of all instances.
    time: Micros,
    /// That of it which comes after the recovery.
    after: Micros,
    /// When the last one was back.
    back: Micros,
}

pub(crate) fn section(size: Size) -> Section {
    let instances = (size.instances / 5).max(10);
    let mut table = Table::new([
        "down for, and settings",
        "out at most",
        "lost per instance",
        "of it after the recovery",
        "last one back after",
        "the same, if it pauses: out at most",
        "lost",
    ]);
    let panels = OUTAGES.map(|length| panel(length, instances, &mut table));
    Section {
        figures: vec![Figure { name: "outage", panels: panels.to_vec() }],
        tables: vec![("outage", table)],
    }
}

fn panel(length: Micros, instances: u64, table: &mut Table) -> Panel {
    let mut lines = Vec::new();
    for ((label, how, probe), look) in CASES.into_iter().zip(Look::ALL) {
        let refuses = lost(how, probe, Fault::Refuses, length, instances);
        let pauses = lost(how, probe, Fault::Pauses, length, instances);
        let share = |out: i64| 100.0 * out as f64 / instances as f64;
        let points =
            refuses.out.sums().filter(|(at, _)| *at >= 55.0).map(|(at, out)| (at - 60.0, share(out)));
        lines.push(Line { label, look, points: points.collect() });
        let most =
            |lost: &Lost| percent(share(lost.out.sums().map(|(_, out)| out).max().unwrap_or_default()));
        let each =
            |time: Micros| format!("{} s", number((seconds(time) / instances as f64 * 10.0).round() / 10.0));
        let back = if refuses.back == 0 { 0 } else { refuses.back - DOWN - length };
        table.row([
            format!("{} s: {label}", length / SECOND),
            most(&refuses),
            each(refuses.time),
            each(refuses.after),
            format!("{:.1} s", seconds(back)),
            most(&pauses),
            each(pauses.time),
        ]);
    }
    let end = seconds(length + AFTER);
    Panel {
        title: format!("Down for {} s", length / SECOND),
        x: Axis::linear("seconds after it went down", 0.0, end),
        y: Axis::linear("% out of rotation", 0.0, 104.0),
        lines,
    }
}

fn percent(share: f64) -> String {
    format!("{} %", number(share))
}

fn lost(how: How, probe: Probe, fault: Fault, length: Micros, instances: u64) -> Lost {
    let up = DOWN + length;
    let end = up + AFTER;
    fleet::fold(
        instances,
        SEED,
        || Lost { out: Counts::new(SECOND / 2, end), time: 0, after: 0, back: 0 },
        |lost, chance| {
            let mut replica = Replica::steady(how, probe, chance);
            let mut since = None;
            replica.run(end, &mut Outage { fault, from: DOWN, to: up }, chance, |now, seen| {
                match (since, seen.in_rotation) {
                    (None, false) => {
                        since = Some(now);
                        lost.out.add(now, 1);
                    }
                    (Some(from), true) => {
                        since = None;
                        lost.leave(from, now, up);
                        lost.out.add(now, -1);
                    }
                    _ => {}
                }
            });
            if let Some(from) = since {
                lost.leave(from, end, up);
            }
        },
        |lost, more| {
            lost.out.join(&more.out);
            lost.time += more.time;
            lost.after += more.after;
            lost.back = lost.back.max(more.back);
        },
    )
}

impl Lost {
    fn leave(&mut self, from: Micros, to: Micros, up: Micros) {
        self.time += to - from;
        self.after += to.saturating_sub(from.max(up));
        self.back = self.back.max(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_dependency_takes_nobody_out_and_a_local_one_takes_all() {
        let of = |(_, how, probe): Case| lost(how, probe, Fault::Refuses, 300 * SECOND, 200);
        assert_eq!(of(CASES[4]).time, 0);
        assert_eq!(of(CASES[3]).out.sums().map(|(_, out)| out).max(), Some(200));
    }

    #[test]
    fn with_thresholds_an_outage_of_a_second_takes_nobody_out() {
        let (_, how, probe) = CASES[2];
        assert_eq!(lost(how, probe, Fault::Refuses, SECOND, 2_000).time, 0);
        let eager = Probe { failure_threshold: 1, ..Probe::KUBERNETES };
        assert!(
            lost(How::Background(Check::DEFAULT.thresholds(1, 1)), eager, Fault::Refuses, SECOND, 2_000).time
                > 0
        );
    }
}
