//! The latency of ordinary requests while somebody probes and while nobody does, as another process sees it.

use std::time::Duration;

use crate::{
    Result,
    paced::{self, Paced, percentile},
    part,
    service::ORDINARY,
};

const WARM_UP: Duration = Duration::from_secs(1);
/// Two probes are in it.
const SLICE: Duration = Duration::from_millis(20);
/// Slices of each kind in a round, next to each other, so that what the machine does falls on all kinds alike.
const TURNS: usize = 10;
const CONNECTIONS: usize = 8;
/// Between ordinary requests: ten thousand a second, a fraction of what the server can do.
const PERIOD: Duration = Duration::from_micros(100);
/// A hundred probes a second, each at another point between ordinary requests.
const PROBE_PERIOD: Duration = Duration::from_micros(10_062);
const PROBES: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];

/// Of the requests of one kind of slices, in microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Slices that were measured in turn.
pub(crate) struct Round {
    pub(crate) probed: Latency,
    pub(crate) alone: Latency,
    /// Nobody probes here either.
    pub(crate) control: Latency,
}

pub(crate) fn measure(port: u16, rounds: u32) -> Result<Vec<Round>> {
    part::output("ordinary", [port.to_string(), rounds.to_string()])?.lines().map(parsed).collect()
}

fn parsed(line: &str) -> Result<Round> {
    let figures = line.split(' ').map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    let slices: Vec<_> =
        figures.chunks_exact(2).map(|slice| Latency { p50: slice[0], p99: slice[1] }).collect();
    let [probed, alone, control] = slices[..] else { return Err("not three kinds of slices".into()) };
    Ok(Round { probed, alone, control })
}

/// The other process. Prints a line a round.
pub(crate) fn run(args: &[&str]) -> Result {
    let [port, rounds] = args else { return Err("two arguments".into()) };
    let (mut load, rounds) = (Load::connect(port.parse()?)?, rounds.parse::<usize>()?);
    load.slice(WARM_UP, true)?;
    for round in 0..rounds {
        let mut took = [const { Vec::new() }; 3];
        for turn in 0..took.len() * TURNS {
            // Another begins each time, so that a drift of the machine favours none.
            let kind = (turn + turn / took.len() + round) % took.len();
            took[kind].extend(load.slice(SLICE, kind == 0)?);
        }
        let mut figures = Vec::new();
        for took in &mut took {
            figures.extend([percentile(took, 50)?.to_string(), percentile(took, 99)?.to_string()]);
        }
        println!("{}", figures.join(" "));
    }
    Ok(())
}

struct Load {
    ordinary: Paced,
    probes: Paced,
}

impl Load {
    fn connect(port: u16) -> Result<Self> {
        let ordinary = Paced::connect(port, CONNECTIONS, &[ORDINARY], PERIOD)?;
        Ok(Self { ordinary, probes: Paced::connect(port, 1, &PROBES, PROBE_PERIOD)? })
    }

    fn slice(&mut self, time: Duration, with_probes: bool) -> Result<Vec<Duration>> {
        if with_probes {
            let [took, _] = paced::together([&mut self.ordinary, &mut self.probes], time)?;
            return Ok(took);
        }
        let [took] = paced::together([&mut self.ordinary], time)?;
        Ok(took)
    }
}
