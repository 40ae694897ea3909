use std::time::Duration;

use crate::{
    Result, effort, load,
    server::Server,
    service::{BARE, NO_TTL, READY, monitor},
    spread::Spread,
    table::Table,
};

const CHECKS: u32 = 10;
const DEADLINE: Duration = Duration::from_millis(200);
const ROUNDS: u32 = 41;

/// A probe of background checks, against a handler that knows the answer.
pub(crate) fn fresh_read(table: &mut Table) -> Result {
    let server = Server::start(monitor(CHECKS, |check| check, DEADLINE)?)?;
    measure(table, "fresh_read", &server, 32, 0.97)
}

/// A probe that has its checks run each time, against a handler that knows the answer.
pub(crate) fn on_demand(table: &mut Table) -> Result {
    let server = Server::start(monitor(CHECKS, |check| check.ttl(NO_TTL), DEADLINE)?)?;
    measure(table, "on_demand", &server, 64, 0.5)
}

fn measure(table: &mut Table, name: &str, server: &Server, connections: u32, bar: f64) -> Result {
    let pairs = load::compare(server.port, connections, effort::of(ROUNDS), [READY, BARE])?;
    let ratios = Spread::of_ratios(&pairs);
    let (probe, bare): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let (probe, bare) = (Spread::new(probe).median(), Spread::new(bare).median());
    table.at_least(format!("{name} ({probe:.0} of {bare:.0} requests/s)"), &ratios, bar);
    Ok(())
}
