//! The latency of ordinary requests while somebody probes and while nobody does, as another process sees it.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Result, load::request, polled::Polled, service::ORDINARY};

const WARM_UP: Duration = Duration::from_secs(1);
/// Short, and many of them, as the median leaves out those in which the machine did something else.
const SLICE: Duration = Duration::from_millis(100);
const CONNECTIONS: usize = 8;
/// Between ordinary requests: ten thousand a second, a fraction of what the server can do.
const PERIOD: Duration = Duration::from_micros(100);
/// A hundred probes a second, each at another point between ordinary requests.
const PROBE_PERIOD: Duration = Duration::from_micros(10_062);
const PROBES: [&str; 4] = ["/livez", "/readyz", "/startupz", "/health"];

/// Of the requests of one slice, in microseconds.
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
    let output = Command::new(std::env::current_exe()?)
        .args(["--role", "ordinary", &port.to_string(), &rounds.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the load generator: {}", output.status).into());
    }
    String::from_utf8(output.stdout)?.lines().map(parsed).collect()
}

fn parsed(line: &str) -> Result<Round> {
    let figures = line.split(' ').map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    let slices: Vec<_> =
        figures.chunks_exact(2).map(|slice| Latency { p50: slice[0], p99: slice[1] }).collect();
    let [probed, alone, control] = slices[..] else { return Err("not three slices".into()) };
    Ok(Round { probed, alone, control })
}

/// The other process. Prints a line a round.
pub(crate) fn run(args: &[&str]) -> Result {
    let [port, rounds] = args else { return Err("two arguments".into()) };
    let (mut load, rounds) = (Load::connect(port.parse()?)?, rounds.parse::<usize>()?);
    load.slice(WARM_UP, true)?;
    for round in 0..rounds {
        let mut figures = [String::new(), String::new(), String::new()];
        // Another begins each time, so that a drift of the machine favours none.
        for turn in 0..figures.len() {
            let index = (round + turn) % figures.len();
            let Latency { p50, p99 } = load.slice(SLICE, index == 0)?;
            figures[index] = format!("{p50} {p99}");
        }
        println!("{}", figures.join(" "));
    }
    Ok(())
}

/// Connections that are looked at all the time by one thread which never sleeps: whether somebody probes must not tell by how the
/// generator itself is woken.
struct Load {
    ordinary: Vec<Polled>,
    prober: Polled,
}

impl Load {
    fn connect(port: u16) -> Result<Self> {
        let ordinary = (0..CONNECTIONS).map(|_| Polled::connect(port)).collect::<Result<_>>()?;
        Ok(Self { ordinary, prober: Polled::connect(port)? })
    }

    /// A request that is late leaves out what it has missed: when the machine stands still, that is told of few.
    fn slice(&mut self, time: Duration, with_probes: bool) -> Result<Latency> {
        let (ordinary, probes) = (request(ORDINARY), PROBES.map(request));
        let (mut took, mut number) = (Vec::new(), 0);
        let mut due = Instant::now();
        let (mut probe_due, until) = (due, due + time);
        while due < until || self.ordinary.iter().any(Polled::waits) || self.prober.waits() {
            for connection in &mut self.ordinary {
                took.extend(connection.answered()?.map(|took| took.as_secs_f64() * 1e6));
                if due < until && connection.send_if_due(&ordinary, due)? {
                    due = Instant::now().max(due + PERIOD);
                }
            }
            self.prober.answered()?;
            let probe = &probes[number % probes.len()];
            if with_probes && due < until && self.prober.send_if_due(probe, probe_due)? {
                probe_due = Instant::now().max(probe_due + PROBE_PERIOD);
                number += 1;
            }
        }
        took.sort_unstable_by(f64::total_cmp);
        let part = |percent: usize| took.get(took.len() * percent / 100).copied().ok_or("no answer");
        Ok(Latency { p50: part(50)?, p99: part(99)? })
    }
}
