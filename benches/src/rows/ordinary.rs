use std::time::Duration;

use crate::{
    Result,
    ordinary::{self, Latency, Round},
    server::Server,
    service::monitor,
    spread::Spread,
    table::Table,
};

const CHECKS: u32 = 10;
const ROUNDS: u32 = 240;
const DEADLINE: Duration = Duration::from_millis(200);
const BAR: f64 = 1.02;

/// How long ordinary requests take while a hundred probes a second come, against while none does.
pub(crate) fn run(table: &mut Table) -> Result {
    let server = Server::start(monitor(CHECKS, |check| check, DEADLINE)?)?;
    let rounds = ordinary::measure(server.port, ROUNDS)?;
    for (name, figure) in PARTS {
        let (name, probed) = row(&format!("ordinary_{name}"), &rounds, |round| round.probed, figure);
        table.at_most(name, &probed, BAR);
    }
    // By so much the two above may be off.
    for (name, figure) in PARTS {
        let (name, control) =
            row(&format!("ordinary_{name}_without_probes"), &rounds, |round| round.control, figure);
        table.state(name, control);
    }
    Ok(())
}

type Figure = fn(&Latency) -> f64;

const PARTS: [(&str, Figure); 2] = [("p50", |latency| latency.p50), ("p99", |latency| latency.p99)];

/// The ratios, and a name with both medians.
fn row(name: &str, rounds: &[Round], slice: fn(&Round) -> Latency, figure: Figure) -> (String, Spread) {
    let pairs: Vec<_> = rounds.iter().map(|round| (figure(&slice(round)), figure(&round.alone))).collect();
    let ratios = Spread::of_ratios(&pairs);
    let (slice, alone): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let (slice, alone) = (Spread::new(slice).median(), Spread::new(alone).median());
    (format!("{name} ({slice:.1} of {alone:.1} us)"), ratios)
}
