use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::bug::Bug;
use crate::end::End;
use crate::growth::Plateau;
use crate::limits::STALL;
use crate::mode::Mode;
use crate::plan::What;
use crate::shared::Shared;
use crate::tally::{MANY, Tallies, Tally};
use crate::verdict::Verdict;
use crate::violations::Invariant;

/// A number that only rises.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, SeqCst);
    }

    fn get(&self) -> u64 {
        self.0.load(SeqCst)
    }
}

/// What has been done and seen.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) probes: Count,
    pub(crate) rude: Count,
    pub(crate) requests: Count,
    pub(crate) tallies: Tallies,
    faults: Mutex<BTreeMap<String, u64>>,
    worst: Mutex<Duration>,
}

impl Counts {
    pub(crate) fn fault(&self, what: &What) {
        let kind = match what {
            What::Switch(Mode::Pass) => return,
            What::Freeze(_) => "frozen".to_owned(),
            what => what.to_string(),
        };
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
    }

    /// How long an answer took, without the lag.
    pub(crate) fn answer(&self, took: Duration) {
        let mut worst = self.worst.lock().unwrap_or_else(PoisonError::into_inner);
        *worst = took.max(*worst);
    }
}

/// What is told at the end.
pub(crate) fn print(shared: &Shared, plateaus: &[Plateau]) -> End {
    let counts = &shared.counts;
    println!("\nafter {:.0} s, seed {}:", shared.began.elapsed().as_secs_f64(), shared.seed.0);
    println!(
        "  {} probes, {} rudenesses, {} ordinary requests",
        counts.probes.get(),
        counts.rude.get(),
        counts.requests.get(),
    );
    let faults = counts.faults.lock().unwrap_or_else(PoisonError::into_inner);
    let faults: Vec<_> = faults.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("  faults: {}", faults.join(", "));
    let worst = *counts.worst.lock().unwrap_or_else(PoisonError::into_inner);
    let lag = shared.reference.worst_ever();
    let (stalls, wait) = shared.starved.beyond(STALL);
    println!("  worst answer {worst:.0?} without the lag of up to {lag:.0?}");
    println!("  a thread waited {stalls} times for more than {STALL:?} for a processor, at worst {wait:.0?}");
    if let [first, .., last] = plateaus {
        println!("  first calm: {first}\n  last calm:  {last}");
    }
    tallies(&counts.tallies);
    for (invariant, count) in shared.violations.counts() {
        println!("  VIOLATED {}: {count} times", invariant.as_str());
    }
    shared.bug.map_or_else(|| end(shared), |bug| found(bug, shared))
}

fn tallies(tallies: &Tallies) {
    println!("  {:<9} {:>9} {:>9} {:>9}", "", "judged", "unsettled", "forgiven");
    for invariant in Invariant::ALL {
        let Tally { judged, unsettled, forgiven } = tallies.of(invariant);
        println!("  {:<9} {judged:>9} {unsettled:>9} {forgiven:>9}", invariant.as_str());
    }
}

fn end(shared: &Shared) -> End {
    let mut doubts = shared.counts.tallies.doubts(&shared.layout);
    doubts.extend(unseen(shared));
    for doubt in &doubts {
        println!("  DOUBT {doubt}");
    }
    let (end, word) = if !shared.violations.is_empty() {
        (End::Violated, "not clean")
    } else if shared.phase.has_failed() {
        (End::Failed, "failed")
    } else if !doubts.is_empty() {
        (End::Worthless, "worth nothing")
    } else {
        (End::Well, "clean")
    };
    println!("{word}");
    end
}

/// Statuses of checks that were never told while they were true.
fn unseen(shared: &Shared) -> Vec<String> {
    let many = shared.layout.storms().count() >= MANY;
    let wanted = shared.specs.iter().filter(|spec| spec.troubled).flat_map(|spec| {
        [Verdict::Pass, Verdict::Fail].map(|verdict| (spec.name, spec.published(verdict).as_str()))
    });
    let counted = wanted.map(|(name, status)| (shared.counts.tallies.of_status(name, status), name, status));
    let Some((least, name, status)) = counted.clone().min() else { return Vec::new() };
    println!("  the status judged least: {name} as {status}, {least} times");
    let unseen = counted.filter(|(count, ..)| many && *count == 0);
    unseen.map(|(_, name, status)| format!("{name} was never judged as {status}")).collect()
}

fn found(bug: Bug, shared: &Shared) -> End {
    let broken = |invariant| shared.violations.counts().contains_key(invariant);
    if bug.breaks.iter().any(broken) {
        println!("caught: {} after {:.0} s", bug.name, shared.phase.probed_for(shared.began).as_secs_f64());
        return End::Well;
    }
    println!("MISSED: {}", bug.name);
    if shared.phase.has_failed() { End::Failed } else { End::Violated }
}
