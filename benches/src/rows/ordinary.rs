use std::time::Duration;

use crate::{
    Result, effort,
    ordinary::{self, Latency, Round},
    server::Server,
    service::monitor,
    spread::Spread,
    table::Table,
};

const CHECKS: u32 = 10;
const ROUNDS: u32 = 120;
const DEADLINE: Duration = Duration::from_millis(200);
const BAR: f64 = 1.02;

/// How long ordinary requests take while a hundred probes a second come, against while none does.
pub(crate) fn run(table: &mut Table) -> Result {
    let server = Server::start(monitor(CHECKS, |check| check, DEADLINE)?)?;
    let rounds = ordinary::measure(server.port, effort::of(ROUNDS))?;
    for (name, figure) in PARTS {
        let name = format!("ordinary_{name}");
        let (probed_name, probed) = row(&name, &rounds, |round| round.probed, figure);
        let (control_name, control) =
            row(&format!("{name}_without_probes"), &rounds, |round| round.control, figure);
        table.at_most_beside(probed_name, &probed, BAR, &control);
        table.state(control_name, format!("{control:.3}"));
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
