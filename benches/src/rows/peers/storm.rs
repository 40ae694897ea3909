use std::time::Instant;

use super::servers::{BACKGROUND, HAND_WRITTEN, LIBRARIES, ON_DEMAND, ON_DEMAND_1S, Peer, Server};
use crate::{Result, effort, table::Table, versus};

const CONNECTIONS: u32 = 64;
/// Of a quarter of a second each.
const ROUNDS: u32 = 20;
const CHECKS: f64 = 10.0;
/// By default, in seconds.
const INTERVAL: f64 = 5.0;

/// How often each check is run while 64 connections ask as fast as they are answered.
pub(crate) fn run(table: &mut Table) -> Result {
    let background = storm(BACKGROUND)?;
    bounded(table, BACKGROUND, background, "interval", INTERVAL);
    bounded(table, ON_DEMAND_1S, storm(ON_DEMAND_1S)?, "ttl", 1.0);
    let on_demand = storm(ON_DEMAND)?;
    table.state(name(ON_DEMAND), on_demand);
    for peer in [HAND_WRITTEN].into_iter().chain(LIBRARIES) {
        match storm(peer) {
            Ok(storm) => {
                let bar = format!("> {:.2}", background.a_second());
                table.judge(name(peer), storm, bar, storm.a_second() > background.a_second());
            }
            Err(error) => table.skip(name(peer), error),
        }
    }
    Ok(())
}

/// One run may be under way at the beginning.
fn bounded(table: &mut Table, peer: Peer, storm: Storm, option: &str, seconds: f64) {
    let is_ok = storm.runs <= storm.seconds / seconds + 1.0;
    table.judge(name(peer), storm, format!("<= 1 a {option} of {seconds} s"), is_ok);
}

fn name(peer: Peer) -> String {
    format!("peers_storm_{} (runs of a check a second)", peer.name)
}

#[derive(Clone, Copy)]
struct Storm {
    /// Of each check.
    runs: f64,
    seconds: f64,
}

impl Storm {
    fn a_second(&self) -> f64 {
        self.runs / self.seconds
    }
}

impl std::fmt::Display for Storm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ({:.0} in {:.1} s)", self.a_second(), self.runs, self.seconds)
    }
}

fn storm(peer: Peer) -> Result<Storm> {
    let mut server = Server::ready(peer)?;
    let (before, began) = (server.runs()?, Instant::now());
    versus::compare(&[server.target()], CONNECTIONS, effort::of(ROUNDS))?;
    let (after, seconds) = (server.runs()?, began.elapsed().as_secs_f64());
    Ok(Storm { runs: f64::from(after - before) / CHECKS, seconds })
}
