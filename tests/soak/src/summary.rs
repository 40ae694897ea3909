use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::end::End;
use crate::growth::Plateau;
use crate::limits::STALL;
use crate::mode::Mode;
use crate::plan::What;
use crate::shared::Shared;

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
    pub(crate) judged: Count,
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

    pub(crate) fn are_judged(&self) -> bool {
        self.judged.get() > 0
    }
}

/// What is told at the end.
pub(crate) fn print(shared: &Shared, plateaus: &[Plateau]) -> End {
    let counts = &shared.counts;
    println!("\nafter {:.0} s, seed {}:", shared.began.elapsed().as_secs_f64(), shared.seed.0);
    println!(
        "  {} probes, {} rudenesses, {} ordinary requests; {} statuses and codes judged",
        counts.probes.get(),
        counts.rude.get(),
        counts.requests.get(),
        counts.judged.get()
    );
    let faults = counts.faults.lock().unwrap_or_else(PoisonError::into_inner);
    let faults: Vec<_> = faults.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("  faults: {}", faults.join(", "));
    let worst = *counts.worst.lock().unwrap_or_else(PoisonError::into_inner);
    let lag = shared.reference.worst_own();
    let (stalls, wait) = shared.starved.beyond(STALL);
    println!("  worst answer {worst:.0?} without the lag of up to {lag:.0?}");
    println!("  a thread waited {stalls} times for more than {STALL:?} for a processor, at worst {wait:.0?}");
    if let [first, .., last] = plateaus {
        println!("  first calm: {first}\n  last calm:  {last}");
    }
    for (invariant, count) in shared.violations.counts() {
        println!("  VIOLATED {}: {count} times", invariant.as_str());
    }
    let Some(bug) = shared.bug else {
        let clean = shared.violations.is_empty();
        println!("{}", if clean { "clean" } else { "not clean" });
        return if clean { End::Well } else { End::Violated };
    };
    let broken = |invariant| shared.violations.counts().contains_key(invariant);
    let caught = bug.breaks.iter().any(broken);
    println!("{}: {}", if caught { "caught" } else { "MISSED" }, bug.name);
    if caught { End::Well } else { End::Violated }
}
