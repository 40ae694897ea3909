use std::{process, thread, time::Duration};

use healthsdk::{Check, Monitor, MonitorBuilder};

use crate::{
    Result, effort, processor::used, server::Server, service::NEVER_AGAIN, spread::Spread, table::Table,
};

const IDLE: Duration = Duration::from_secs(3);
const ROUNDS: u32 = 3;

/// What watching one worker costs a service that has nothing to do, in microseconds of processor time a second. A request costs
/// the same with and without: nothing of the watchdog is in its way.
pub(crate) fn watchdog(table: &mut Table) -> Result {
    let mut extra = Vec::new();
    for _ in 0..effort::of(ROUNDS) {
        let without = idle(|builder| builder)?;
        extra.push(idle(MonitorBuilder::watch_workers)? - without);
    }
    table.at_most("watchdog_idle (us/s)", &Spread::new(extra), 1000.0);
    Ok(())
}

/// The processor time of an idle service, in microseconds a second.
fn idle(options: fn(MonitorBuilder) -> MonitorBuilder) -> Result<f64> {
    let check = Check::new("check", || async {}).interval(NEVER_AGAIN);
    let server = Server::start(options(Monitor::builder().linked(false).check(check)).build()?)?;
    thread::sleep(Duration::from_secs(1));
    let before = used(process::id())?;
    thread::sleep(IDLE);
    let used = used(process::id())?.saturating_sub(before);
    drop(server);
    Ok(used.as_secs_f64() * 1e6 / IDLE.as_secs_f64())
}
