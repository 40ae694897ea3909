use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use healthsdk::{Check, Monitor};

use crate::{
    Result, effort,
    reads::{self, Asked},
    service::{Answers, BARE, InProcess, NO_TTL, ORDINARY, READY, block_on, built},
    spread::Spread,
    table::Table,
};

const ROUNDS: u32 = 21;
const PROCESSES: u32 = 5;
/// In each round and for each number of checks, so that noise weighs the same.
const RUNS: u32 = 10_000;
/// No run of the benchmarks is to be cut short.
const DEADLINE: Duration = Duration::from_secs(30);

/// What reading a fresh snapshot costs as checks become more, in instructions, which no other process disturbs.
pub(crate) fn fresh_read(table: &mut Table) -> Result {
    let instructions = |path, checks| reads::instructions(Asked::by_stranger(path, checks));
    let Some(least) = instructions(READY, 10)? else {
        table.skip("fresh_read_growth", "no valgrind");
        return Ok(());
    };
    for checks in [100, 1000, 10_000] {
        let read = instructions(READY, checks)?.unwrap_or(f64::NAN);
        let (name, ratio) = (format!("fresh_read_growth_{checks}"), read / least);
        table.judge(
            format!("{name} ({read:.0} of {least:.0} instructions)"),
            format!("{ratio:.3}"),
            "<= 1.1",
            ratio <= 1.1,
        );
    }
    // How tables are hashed differs from process to process, and with it a few instructions.
    let (mut ratios, mut control) = (Vec::new(), Vec::new());
    let bare = instructions(BARE, 10)?.unwrap_or(f64::NAN);
    for _ in 0..PROCESSES {
        ratios.push(instructions(READY, 10)?.unwrap_or(f64::NAN) / bare);
        control.push(instructions(BARE, 10)?.unwrap_or(f64::NAN) / bare);
    }
    let name = format!("fresh_read_instructions ({least:.0} of {bare:.0})");
    table.at_most_beside(name, &Spread::new(ratios), 1.0, &Spread::new(control));
    // Eight comparisons of paths by actix-web's router: four probes, and what is below each.
    let ordinary = instructions(ORDINARY, 10)?.unwrap_or(f64::NAN);
    table.state(
        format!("ordinary_instructions ({ordinary:.0} of {bare:.0})"),
        format!("{:.3}", ordinary / bare),
    );
    Ok(())
}

/// What a check costs in a round on demand as checks become more.
pub(crate) fn run(table: &mut Table) -> Result {
    let monitors = (on_demand(100)?, on_demand(1000)?, on_demand(10_000)?);
    let costs = block_on(async {
        let hundred = InProcess::new(&monitors.0).await?;
        let thousand = InProcess::new(&monitors.1).await?;
        let ten_thousand = InProcess::new(&monitors.2).await?;
        let mut costs = Vec::new();
        for _ in 0..effort::of(ROUNDS) {
            costs.push([
                cost(&hundred, 100).await?,
                cost(&thousand, 1000).await?,
                cost(&ten_thousand, 10_000).await?,
            ]);
        }
        Result::Ok(costs)
    })?;
    let median = |index: usize| Spread::new(costs.iter().map(|costs| costs[index])).median();
    for (index, checks) in [(1, 1000), (2, 10_000)] {
        let name = format!("run_growth_{checks} ({:.2} of {:.2} us a check)", median(index), median(0));
        table.at_most(name, &Spread::new(costs.iter().map(|costs| costs[index] / costs[0])), 1.5);
    }
    Ok(())
}

static RAN: AtomicU32 = AtomicU32::new(0);

fn on_demand(checks: u32) -> Result<Monitor> {
    let count = || async {
        RAN.fetch_add(1, Ordering::Relaxed);
    };
    built((0..checks).map(|number| Check::new(format!("check-{number}"), count).ttl(NO_TTL)), DEADLINE)
}

/// Microseconds a run.
async fn cost(service: &InProcess<impl Answers>, checks: u32) -> Result<f64> {
    let (before, mut took) = (RAN.load(Ordering::Relaxed), Duration::ZERO);
    for _ in 0..RUNS / checks {
        took += service.time(READY).await?;
    }
    let ran = RAN.load(Ordering::Relaxed) - before;
    if ran != RUNS {
        return Err(format!("{ran} runs instead of {RUNS}").into());
    }
    Ok(took.as_secs_f64() * 1e6 / f64::from(RUNS))
}
