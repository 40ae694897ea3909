//! One instance whose dependency breaks, and is mended: how long until that shows.

use super::{Section, Size};
use crate::{
    bound,
    chance::Chance,
    figure::{Axis, Figure, Line, Look, Panel, number},
    fleet,
    replica::{How, Replica},
    settings::{Check, Probe},
    table::Table,
    time::{MILLISECOND, Micros, NEVER, SECOND, seconds},
    world::{Fault, Outage},
};

const SEED: u64 = 0x00de_7ec7;

/// Times from the fault, and from its end.
#[derive(Clone, Copy, Debug)]
struct Times {
    published: Micros,
    out: Micros,
    recovered: Micros,
    back: Micros,
}

type Case = (&'static str, How, Probe);

const CASES: [Case; 5] = [
    ("each probe runs the check; Kubernetes' defaults", How::EachProbe, Probe::KUBERNETES),
    ("thresholds 3/2; Kubernetes' defaults", How::Background(Check::DEFAULT), Probe::KUBERNETES),
    ("thresholds 3/2; probes as printed", How::Background(Check::DEFAULT), Probe::PRINTED),
    ("thresholds 3/2; each 2 s, 1 failure", How::Background(Check::DEFAULT), Probe::QUICK),
    ("thresholds 1/1; each 2 s, 1 failure", How::Background(Check::DEFAULT.thresholds(1, 1)), Probe::QUICK),
];

pub(crate) fn section(size: Size) -> Section {
    let (by_settings, settings) = by_settings(size);
    let (by_interval, interval) = by_interval(size);
    let (by_answer, answer) = by_answer(size);
    Section {
        figures: vec![by_settings, by_interval, by_answer],
        tables: vec![("detect", settings), ("interval", interval), ("answer", answer)],
    }
}

/// Sorted times of one kind.
#[derive(Clone, Debug)]
struct Spread(Vec<Micros>);

impl Spread {
    fn of(times: &[Times], kind: impl Fn(&Times) -> Micros) -> Self {
        let mut times: Vec<_> = times.iter().map(kind).collect();
        times.sort_unstable();
        Self(times)
    }

    /// In seconds; `NEVER` is seen as such.
    fn at(&self, share: f64) -> f64 {
        seconds(self.0[((self.0.len() - 1) as f64 * share).round() as usize])
    }

    fn told(&self) -> String {
        format!("{:.1} / {:.1} / {:.1}", self.at(0.5), self.at(0.99), self.at(1.0))
    }

    fn cumulative(&self) -> Vec<(f64, f64)> {
        (0..=100).map(|percent| (self.at(f64::from(percent) / 100.0), f64::from(percent))).collect()
    }
}

fn by_settings(size: Size) -> (Figure, Table) {
    let mut table = Table::new([
        "a dependency that refuses (p50 / p99 / worst, seconds)",
        "published as failed",
        "stated at the start",
        "out of rotation",
        "published as recovered",
        "back in rotation",
    ]);
    let (mut out, mut back) = (Vec::new(), Vec::new());
    for ((label, how, probe), look) in CASES.into_iter().zip(Look::ALL) {
        let times = times(how, probe, Fault::Refuses, size.trials);
        let spread = |kind: fn(&Times) -> Micros| Spread::of(&times, kind);
        out.push(Line { label, look, points: spread(|times| times.out).cumulative() });
        back.push(Line { label, look, points: spread(|times| times.back).cumulative() });
        let published =
            |kind| if matches!(how, How::EachProbe) { "–".to_owned() } else { spread(kind).told() };
        table.row([
            label.to_owned(),
            published(|times| times.published),
            stated(how),
            spread(|times| times.out).told(),
            published(|times| times.recovered),
            spread(|times| times.back).told(),
        ]);
    }
    let panel = |title: &str, label, lines| Panel {
        title: title.to_owned(),
        x: Axis::linear(label, 0.0, 40.0),
        y: Axis::linear("% of trials, at most so long", 0.0, 104.0),
        lines,
    };
    let panels = vec![
        panel("Out of rotation", "seconds after the fault", out),
        panel("Back in rotation", "seconds after its end", back),
    ];
    (Figure { name: "detect", panels }, table)
}

fn stated(how: How) -> String {
    match how {
        How::Background(check) => number(seconds(bound::detection(&check))),
        How::EachProbe => "–".to_owned(),
    }
}

fn by_interval(size: Size) -> (Figure, Table) {
    let head = [
        "interval",
        "published (p50 / p99 / worst, seconds)",
        "stated at the start",
        "recovered",
        "checks per second of 1000 instances",
    ];
    let mut table = Table::new(head);
    let labels = [
        "published: half of the trials",
        "published: 99 %",
        "published: the slowest",
        "recovered: the slowest",
    ];
    let mut lines: Vec<_> = labels
        .into_iter()
        .zip(Look::ALL)
        .map(|(label, look)| Line { label, look, points: Vec::new() })
        .collect();
    let mut bound = Line { label: "stated at the start", look: Look::Bound, points: Vec::new() };
    for interval in [1, 2, 5, 10, 20, 30, 60] {
        let check = Check::DEFAULT.interval(interval * SECOND);
        let times = times(How::Background(check), Probe::PRINTED, Fault::Refuses, size.trials / 2);
        let published = Spread::of(&times, |times| times.published);
        let recovered = Spread::of(&times, |times| times.recovered);
        let values = [published.at(0.5), published.at(0.99), published.at(1.0), recovered.at(1.0)];
        for (line, value) in lines.iter_mut().zip(values) {
            line.points.push((interval as f64, value));
        }
        bound.points.push((interval as f64, seconds(bound::detection(&check))));
        table.row([
            format!("{interval} s"),
            published.told(),
            stated(How::Background(check)),
            recovered.told(),
            number(1_000.0 / (interval as f64 * 1.05)),
        ]);
    }
    lines.push(bound);
    let panel = Panel {
        title: "A dependency that refuses, thresholds 3/2".to_owned(),
        x: Axis::log("interval in seconds", 1.0, 100.0),
        y: Axis::log("seconds", 1.0, 1_000.0),
        lines,
    };
    (Figure { name: "detect-by-interval", panels: vec![panel] }, table)
}

fn by_answer(size: Size) -> (Figure, Table) {
    let mut table = Table::new([
        "the broken dependency answers after",
        "published: half of the trials",
        "99 %",
        "the slowest",
        "stated at the start",
    ]);
    let labels = ["half of the trials", "99 %", "the slowest"];
    let mut lines: Vec<_> = labels
        .into_iter()
        .zip(Look::ALL)
        .map(|(label, look)| Line { label, look, points: Vec::new() })
        .collect();
    let bound = seconds(bound::detection(&Check::DEFAULT));
    for after in
        [10, 100, 500, 990, 1_010, 1_500, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 7_990, 8_100, 30_000]
    {
        let after = after * MILLISECOND;
        let fault = match after {
            after if after < Check::DEFAULT.timeout => Fault::Fails(after),
            after if after < Check::DEFAULT.cancel_after => Fault::Slow(after),
            _ => Fault::Silent,
        };
        let times = times(How::Background(Check::DEFAULT), Probe::PRINTED, fault, size.trials / 10);
        let published = Spread::of(&times, |times| times.published);
        let values = [0.5, 0.99, 1.0].map(|share| published.at(share));
        for (line, value) in lines.iter_mut().zip(values) {
            line.points.push((seconds(after), value));
        }
        let [half, most, all] = values.map(|value| format!("{value:.1} s"));
        table.row([format!("{} s", number(seconds(after))), half, most, all, format!("{} s", number(bound))]);
    }
    lines.push(Line {
        label: "stated at the start",
        look: Look::Bound,
        points: vec![(0.01, bound), (100.0, bound)],
    });
    let panel = Panel {
        title: "healthsdk's defaults: timeout 1 s, cancel_after 8 s".to_owned(),
        x: Axis::log("seconds until the broken dependency answers", 0.01, 100.0),
        y: Axis::linear("seconds until published as failed", 0.0, 30.0),
        lines,
    };
    (Figure { name: "detect-by-answer", panels: vec![panel] }, table)
}

fn times(how: How, probe: Probe, fault: Fault, trials: u64) -> Vec<Times> {
    fleet::list(trials, SEED, |chance| trial(how, probe, fault, chance))
}

fn trial(how: How, probe: Probe, fault: Fault, chance: &mut Chance) -> Times {
    let (interval, longest) = match how {
        How::Background(check) => (check.interval, bound::detection(&check)),
        How::EachProbe => (probe.period, 0),
    };
    let from = 3 * interval + chance.below(interval.max(probe.period));
    let to = from + longest + probe.period * u64::from(probe.failure_threshold + 1) + chance.below(interval);
    let end = to + 5 * (interval + probe.period) + 30 * SECOND;
    let mut times = Times { published: NEVER, out: NEVER, recovered: NEVER, back: NEVER };
    Replica::steady(how, probe, chance).run(end, &mut Outage { fault, from, to }, chance, |now, seen| {
        let note = |time: &mut Micros, since: Micros, is: bool| {
            if is && *time == NEVER && now >= since {
                *time = now - since;
            }
        };
        note(&mut times.published, from, seen.failed);
        note(&mut times.out, from, !seen.in_rotation);
        note(&mut times.recovered, to, !seen.failed);
        note(&mut times.back, to, seen.in_rotation);
    });
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(check: &Check) -> [Fault; 7] {
        let moment = 10 * MILLISECOND;
        [
            Fault::Refuses,
            Fault::Pauses,
            Fault::Silent,
            Fault::Fails(check.timeout - moment),
            Fault::Slow(check.timeout + moment),
            Fault::Slow(4 * check.timeout),
            Fault::Slow((check.cancel_after - moment).max(check.timeout + moment)),
        ]
    }

    fn settings() -> impl Iterator<Item = Check> {
        [1, 5, 30].into_iter().flat_map(|interval| {
            [(1, 1), (2, 1), (3, 2), (5, 2)].into_iter().flat_map(move |(failure, success)| {
                [150 * MILLISECOND, SECOND, 3 * SECOND].into_iter().map(move |timeout| {
                    Check::DEFAULT.interval(interval * SECOND).timeout(timeout).thresholds(failure, success)
                })
            })
        })
    }

    #[test]
    fn no_fault_shows_later_than_stated_at_the_start() {
        for check in settings() {
            for fault in faults(&check) {
                let times = times(How::Background(check), Probe::PRINTED, fault, 40);
                let slowest = Spread::of(&times, |times| times.published).at(1.0);
                let stated = seconds(bound::detection(&check));
                assert!(slowest <= stated, "{slowest} s where {stated} s are stated: {check:?}, {fault:?}");
            }
        }
    }

    #[test]
    fn what_is_stated_at_the_start_is_nearly_reached() {
        let slow = Fault::Slow(7_990 * MILLISECOND);
        let times = times(How::Background(Check::DEFAULT), Probe::PRINTED, slow, 2_000);
        let slowest = Spread::of(&times, |times| times.published).at(1.0);
        assert!(slowest > 0.98 * seconds(bound::detection(&Check::DEFAULT)), "{slowest}");
    }

    #[test]
    fn every_fault_ends() {
        for (_, how, probe) in CASES {
            assert!(times(how, probe, Fault::Refuses, 300).iter().all(|times| times.back < NEVER));
        }
    }
}
