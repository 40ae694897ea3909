//! The latency of several servers in turn, all at the same rate, by a process of its own.

use std::time::Duration;

use crate::{
    Result,
    paced::{self, Paced, percentile},
    part,
    versus::Target,
};

const SLICE: Duration = Duration::from_millis(250);
/// Each connection is used once, and the server awake.
const WARM_UP: Duration = Duration::from_millis(100);

/// So many requests a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) requests: u32,
    pub(crate) connections: u32,
}

/// What one in a hundred requests exceeded, in microseconds: of so many rounds, in each of which every server has its turn.
pub(crate) fn compare(targets: &[Target], rate: Rate, rounds: u32) -> Result<Vec<Vec<f64>>> {
    let path = targets.first().ok_or("no server")?.path;
    let numbers = [rate.requests, rate.connections, rounds].map(|number| number.to_string());
    let ports = targets.iter().map(|target| target.port.to_string());
    let args = [path.to_owned()].into_iter().chain(numbers).chain(ports);
    let figures = |line: &str| Ok(line.split(' ').map(str::parse).collect::<std::result::Result<_, _>>()?);
    part::output("latency", args)?.lines().map(figures).collect()
}

/// The other process. Prints a line a round.
pub(crate) fn run(args: &[&str]) -> Result {
    let [path, requests, connections, rounds, ports @ ..] = args else {
        return Err("four arguments, and ports".into());
    };
    let rate = Rate { requests: requests.parse()?, connections: connections.parse()? };
    let (rounds, ports): (usize, Vec<u16>) =
        (rounds.parse()?, ports.iter().map(|port| port.parse()).collect::<std::result::Result<_, _>>()?);
    for round in 0..rounds {
        let mut figures = vec![String::new(); ports.len()];
        // Another begins each time, so that a drift of the machine favours none.
        for turn in 0..ports.len() {
            let index = (round + turn) % ports.len();
            figures[index] = slice(ports[index], path, rate)?.to_string();
        }
        println!("{}", figures.join(" "));
    }
    Ok(())
}

/// The connections are of this slice alone, because servers close those on which they hear nothing while others have their turn.
fn slice(port: u16, path: &str, rate: Rate) -> Result<f64> {
    let (connections, period) = (usize::try_from(rate.connections)?, Duration::from_secs(1) / rate.requests);
    let mut paced = Paced::connect(port, connections, &[path], period)?;
    paced::together([&mut paced], WARM_UP)?;
    let [mut took] = paced::together([&mut paced], SLICE)?;
    percentile(&mut took, 99)
}
