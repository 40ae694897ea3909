use std::time::{Duration, Instant};

use healthsdk::{Check, Kind, Monitor, MonitorBuilder};

use crate::{
    Result, effort,
    service::{InProcess, NEVER_AGAIN, READY, block_on, monitor},
    spread::Spread,
    table::Table,
};

const ROUNDS: u32 = 15;
const CHECKS: u32 = 10_000;
const DEADLINE: Duration = Duration::from_secs(30);

/// The time until a monitor of many checks is built. Their first runs wait until it is, as the bar is about the plan.
pub(crate) fn plan(table: &mut Table) -> Result {
    let mut took = Vec::new();
    for _ in 0..effort::of(ROUNDS) {
        let checks = (0..CHECKS).map(|number| {
            Check::new(format!("check-{number}"), || async {})
                .initial_delay(NEVER_AGAIN)
                .interval(NEVER_AGAIN)
        });
        let builder = checks.fold(Monitor::builder().linked(false), MonitorBuilder::check);
        let began = Instant::now();
        let monitor = builder.build()?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
        drop(monitor);
    }
    table.at_most("plan_10000 (ms)", &Spread::new(took), 20.0);
    Ok(())
}

/// From the first line of a service's set-up until its first answer that is 200.
pub(crate) fn cold(table: &mut Table) -> Result {
    for checks in [10, 1000] {
        let mut took = Vec::new();
        for _ in 0..effort::of(ROUNDS) {
            took.push(first_answer(checks)?.as_secs_f64() * 1e3);
        }
        table.at_most(format!("cold_{checks} (ms)"), &Spread::new(took), 20.0);
    }
    Ok(())
}

fn first_answer(checks: u32) -> Result<Duration> {
    block_on(async move {
        let began = Instant::now();
        let monitor = monitor(checks, |check| check.kind(Kind::Readiness), DEADLINE)?;
        let service = InProcess::mounted(&monitor, None).await;
        service.time(READY).await?;
        Ok(began.elapsed())
    })
}
