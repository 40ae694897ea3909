use std::collections::BTreeMap;

use super::servers::{BACKGROUND, BARE, HAND_WRITTEN, LIBRARIES, ON_DEMAND, Peer, Server};
use crate::{
    Result, effort,
    spread::Spread,
    table::Table,
    versus::{self, Slice},
};

const CONNECTIONS: u32 = 64;
const ROUNDS: u32 = 31;

/// Requests per second and the slowest hundredth of all servers, each in its turn within one run.
pub(crate) fn run(table: &mut Table) -> Result {
    let (mut names, mut servers) = (Vec::new(), Vec::new());
    for peer in [BARE, BACKGROUND, ON_DEMAND, HAND_WRITTEN].into_iter().chain(LIBRARIES) {
        match Server::ready(peer) {
            Ok(server) => {
                names.push(peer.name);
                servers.push(server);
            }
            Err(error) => table.skip(format!("peers_load_{}", peer.name), error),
        }
    }
    let targets: Vec<_> = servers.iter().map(Server::target).collect();
    let rounds = versus::compare(&targets, CONNECTIONS, effort::of(ROUNDS))?;
    let slices = |index: usize| rounds.iter().map(|round| round[index]).collect();
    let measured = Measured(names.iter().enumerate().map(|(index, name)| (*name, slices(index))).collect());
    requests(table, &measured);
    slowest(table, &measured);
    processor(table, &measured);
    Ok(())
}

/// Of each server that could be started, by its name.
struct Measured(BTreeMap<&'static str, Vec<Slice>>);

impl Measured {
    fn median(&self, peer: Peer, figure: fn(&Slice) -> f64) -> Option<f64> {
        Some(Spread::new(self.0.get(peer.name)?.iter().map(figure)).median())
    }

    /// With both medians in the name.
    fn ratio(&self, name: &str, above: Peer, below: Peer, figure: Figure) -> Option<(String, Spread)> {
        let pairs = self.0.get(above.name)?.iter().zip(self.0.get(below.name)?);
        let pairs: Vec<_> = pairs.map(|(above, below)| ((figure.of)(above), (figure.of)(below))).collect();
        let (first, second) = (self.median(above, figure.of)?, self.median(below, figure.of)?);
        let digits = figure.digits;
        let name = format!("{name} ({first:.digits$} of {second:.digits$} {})", figure.unit);
        Some((name, Spread::of_ratios(&pairs)))
    }
}

#[derive(Clone, Copy)]
struct Figure {
    of: fn(&Slice) -> f64,
    unit: &'static str,
    digits: usize,
}

fn requests(table: &mut Table, measured: &Measured) {
    let figure = Figure { of: |slice| slice.rate, unit: "requests/s", digits: 0 };
    against_bare(table, measured, "peers_requests", figure);
    let ratio = |above: Peer, below: Peer| {
        measured.ratio(&format!("peers_requests_{}_to_{}", above.name, below.name), above, below, figure)
    };
    if let Some((name, ratios)) = ratio(ON_DEMAND, HAND_WRITTEN) {
        table.at_least(name, &ratios, 0.85);
    }
    if let Some((name, ratios)) = ratio(BACKGROUND, HAND_WRITTEN) {
        table.at_least(name, &ratios, 1.5);
    }
    // What the row above could be at most.
    if let Some((name, ratios)) = ratio(BARE, HAND_WRITTEN) {
        table.state(name, ratios);
    }
    for library in LIBRARIES {
        if let Some((name, ratios)) = ratio(BACKGROUND, library) {
            table.judge(name, &ratios, "> 1", ratios.median() > 1.0);
        }
        if let Some((name, ratios)) = ratio(ON_DEMAND, library) {
            table.state(name, ratios);
        }
    }
}

fn slowest(table: &mut Table, measured: &Measured) {
    let figure = Figure { of: |slice| slice.p99, unit: "ms", digits: 2 };
    against_bare(table, measured, "peers_p99", figure);
    for peer in [HAND_WRITTEN].into_iter().chain(LIBRARIES) {
        let name = format!("peers_p99_background_to_{}", peer.name);
        if let Some((name, ratios)) = measured.ratio(&name, BACKGROUND, peer, figure) {
            table.judge(name, &ratios, "< 1", ratios.median() < 1.0);
        }
    }
}

fn against_bare(table: &mut Table, measured: &Measured, group: &str, figure: Figure) {
    for peer in [BACKGROUND, ON_DEMAND, HAND_WRITTEN].into_iter().chain(LIBRARIES) {
        let name = format!("{group}_{}", peer.name);
        if let Some((name, ratios)) = measured.ratio(&name, peer, BARE, figure) {
            table.state(name, ratios);
        }
    }
}

/// What no load generator limits, and other processes disturb least.
fn processor(table: &mut Table, measured: &Measured) {
    against_bare(
        table,
        measured,
        "peers_processor",
        Figure { of: |slice| slice.busy, unit: "us", digits: 2 },
    );
}
