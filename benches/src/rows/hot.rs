use std::time::Duration;

use healthsdk::Details;

use crate::{
    Result, effort, load,
    server::Server,
    service::{BARE, Copied, READY, detailed},
    spread::Spread,
    table::Table,
};

const ROUNDS: u32 = 13;
const DEADLINE: Duration = Duration::from_secs(10);
const BAR: f64 = 0.97;

/// One way to read a fresh snapshot, over sockets.
struct Case {
    name: &'static str,
    checks: u32,
    connections: u32,
    workers: usize,
    detailed: bool,
}

const USUAL: Case = Case { name: "", checks: 10, connections: 32, workers: 1, detailed: false };

const CASES: [Case; 8] = [
    Case { name: "checks_100", checks: 100, ..USUAL },
    Case { name: "checks_1000", checks: 1000, ..USUAL },
    Case { name: "checks_10000", checks: 10_000, ..USUAL },
    Case { name: "connections_1", connections: 1, ..USUAL },
    Case { name: "connections_1000", connections: 1000, ..USUAL },
    Case { name: "workers_2", workers: 2, ..USUAL },
    Case { name: "details", detailed: true, ..USUAL },
    Case { name: "details_100", checks: 100, detailed: true, ..USUAL },
];

/// Each against a handler that has the same bytes at hand.
pub(crate) fn run(table: &mut Table) -> Result {
    CASES.iter().try_for_each(|case| case.measure(table))
}

impl Case {
    fn measure(&self, table: &mut Table) -> Result {
        let details = if self.detailed { Details::Always } else { Details::Never };
        let monitor = detailed(self.checks, details, DEADLINE)?;
        let copied = self.detailed.then(|| Copied::of(&monitor, READY)).transpose()?;
        let server = Server::with_workers(monitor, self.workers, copied)?;
        let pairs = load::compare(server.port, self.connections, effort::of(ROUNDS), [READY, BARE])?;
        let ratios = Spread::of_ratios(&pairs);
        let (probe, bare): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let (probe, bare) = (Spread::new(probe).median(), Spread::new(bare).median());
        let name = format!("hot_{} ({probe:.0} of {bare:.0} requests/s)", self.name);
        table.at_least(name, &ratios, BAR);
        Ok(())
    }
}
