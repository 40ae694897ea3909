use std::collections::BTreeMap;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use serde_json::Value;

use crate::growth::{Plateau, Sample, busy, grown};
use crate::process::{Holds, lives};
use crate::shared::Shared;
use crate::spec::Spec;
use crate::tally::Worth;
use crate::verdict::Verdict;
use crate::violations::Invariant;

const PERIOD: Duration = Duration::from_secs(1);
/// The end of a calm, in which it is measured.
pub(crate) const MEASURED: Duration = Duration::from_secs(4);

/// Where the runs of a check are counted from.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    at: Instant,
    runs: u64,
    freezes: usize,
}

/// Looks at the process and at the counts of its checks once a second.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// By whether the check is well all the while.
    anchors: BTreeMap<(&'static str, bool), Anchor>,
    peaks: BTreeMap<&'static str, u64>,
    samples: Vec<Sample>,
    pub(crate) plateaus: Vec<Plateau>,
}

impl Watch {
    /// Until probing is over, and once after it.
    pub(crate) fn run(mut self, pid: Pid, shared: &Shared) -> Self {
        loop {
            let goes_on = shared.phase.is_probed();
            let looked = self.look(pid, shared);
            shared.counts.tallies.add(Invariant::Alive, Worth::Judged);
            if !lives(pid) {
                shared.note(Invariant::Alive, Instant::now(), "the process has ended", "it lives");
                shared.phase.end_probing();
                return self;
            }
            if let Err(error) = looked {
                shared.phase.fail(format!("the service cannot be looked at: {error}"));
            }
            if !goes_on {
                self.close(shared);
                return self;
            }
            thread::sleep(PERIOD);
        }
    }

    fn look(&mut self, pid: Pid, shared: &Shared) -> Result<(), Box<dyn Error>> {
        let asked = Instant::now();
        let (counts, holds) = (shared.control.counts()?, Holds::of(pid)?);
        let answered = Instant::now();
        for spec in &shared.specs {
            let check = &counts["checks"][spec.name];
            self.alone(spec, number(check, "peak")?, answered, shared);
            let runs = number(check, "runs")?;
            let from = answered.checked_sub(spec.within(Verdict::Pass)).unwrap_or(answered);
            let well = shared.truth.settled(spec.name, from, answered) == Some(Verdict::Pass);
            for (way, applies) in [(true, well), (false, true)] {
                self.rate(spec, way, applies, (asked, answered, runs), shared);
            }
        }
        self.sample(Sample { at: answered, holds, tasks: number(&counts, "tasks")? }, shared);
        Ok(())
    }

    fn alone(&mut self, spec: &Spec, peak: u64, at: Instant, shared: &Shared) {
        shared.counts.tallies.add(Invariant::Alone, Worth::Judged);
        let known = self.peaks.entry(spec.name).or_insert(1);
        if peak > *known {
            *known = peak;
            shared.note(Invariant::Alone, at, format!("{peak} runs of {} at once", spec.name), 1);
        }
    }

    fn rate(
        &mut self,
        spec: &Spec,
        well: bool,
        applies: bool,
        (asked, answered, runs): (Instant, Instant, u64),
        shared: &Shared,
    ) {
        let key = (spec.name, well);
        let freezes = shared.freezes.count();
        let anchor = self.anchors.get(&key).copied().filter(|anchor| applies && anchor.freezes == freezes);
        let Some(anchor) = anchor else {
            shared.counts.tallies.add(Invariant::Rate, Worth::Unsettled);
            self.anchors.insert(key, Anchor { at: asked, runs, freezes });
            return;
        };
        shared.counts.tallies.add(Invariant::Rate, Worth::Judged);
        let span = answered - anchor.at;
        // One that was under way, one that is, and one whose beginning the machine's lag has put off.
        let most = u64::try_from(span.as_millis() / spec.gap(well).as_millis()).unwrap_or(u64::MAX) + 3;
        let made = runs - anchor.runs;
        if made > most {
            let seen = format!("{made} runs of {} in {span:.1?}", spec.name);
            shared.note(Invariant::Rate, answered, seen, format!("at most {most}"));
            self.anchors.remove(&key);
        }
    }

    fn sample(&mut self, sample: Sample, shared: &Shared) {
        let now = shared.began.elapsed();
        let measured =
            |calm: &std::ops::Range<Duration>| (calm.end.saturating_sub(MEASURED)..calm.end).contains(&now);
        if shared.layout.calms().any(|calm| measured(&calm)) {
            self.samples.push(sample);
            return;
        }
        self.close(shared);
    }

    /// A calm is over.
    fn close(&mut self, shared: &Shared) {
        let Some(plateau) = Plateau::of(&std::mem::take(&mut self.samples)) else { return };
        println!("{:8.1} s  calm: {plateau}", shared.began.elapsed().as_secs_f64());
        self.plateaus.push(plateau);
        if let Some((seen, expected)) = busy(&plateau) {
            shared.note(Invariant::Growth, Instant::now(), seen, expected);
        }
        let Some(grown) = grown(&self.plateaus) else {
            shared.counts.tallies.add(Invariant::Growth, Worth::Unsettled);
            return;
        };
        shared.counts.tallies.add(Invariant::Growth, Worth::Judged);
        for (seen, expected) in grown {
            shared.note(Invariant::Growth, Instant::now(), seen, expected);
        }
    }
}

fn number(of: &Value, name: &str) -> Result<u64, String> {
    of[name].as_u64().ok_or_else(|| format!("it tells no {name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_count_that_is_not_told_is_an_error_and_no_nought() {
        assert_eq!(number(&json!({ "peak": 0 }), "peak"), Ok(0));
        assert!(number(&json!({ "peak": "0" }), "peak").is_err());
        assert!(number(&json!({})["redis"], "peak").is_err());
    }
}
