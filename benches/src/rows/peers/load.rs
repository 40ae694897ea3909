use super::{
    body::{self, Opponent},
    figure::Figure,
    servers::{
        AGAIN, BACKGROUND, BARE, CONSTANT, DETAILED, HAND_WRITTEN, LIBRARIES, ON_DEMAND, ON_DEMAND_DETAILED,
        Peer, Server,
    },
};
use crate::{
    Result, effort,
    latency::{self, Rate},
    spread::Spread,
    table::Table,
    versus,
};

const CONNECTIONS: u32 = 64;
const ROUNDS: u32 = 21;
const ROUNDS_OF_LATENCY: u32 = 15;
/// At which the latency of each is measured: the slowest can serve several times as many.
const RATE: u32 = 2000;
const OURS: [Peer; 4] = [BACKGROUND, DETAILED, ON_DEMAND, ON_DEMAND_DETAILED];

/// Requests per second, latency and processor time of all servers, each in its turn within one run.
pub(crate) fn run(table: &mut Table) -> Result {
    let (mut peers, mut servers) = (Vec::new(), Vec::new());
    let others = [HAND_WRITTEN].into_iter().chain(LIBRARIES);
    for peer in [CONSTANT, BARE, AGAIN].into_iter().chain(OURS).chain(others) {
        match Server::ready(peer) {
            Ok(server) => {
                peers.push(peer);
                servers.push(server);
            }
            Err(error) => table.skip(format!("peers_load_{}", peer.name), error),
        }
    }
    let opponents = body::run(table, &peers, &servers)?;
    let targets: Vec<_> = servers.iter().map(Server::target).collect();
    let rounds = versus::compare(&targets, CONNECTIONS, effort::of(ROUNDS))?;
    let rates = Figure::new("requests/s", 0, &peers, &rounds, |slice| slice.rate);
    let busy = Figure::new("us", 2, &peers, &rounds, |slice| slice.busy);
    let generator = Figure::new("us", 2, &peers, &rounds, |slice| slice.generator);
    generators(table, &rates, &busy, &generator);
    requests(table, &rates, &opponents);
    let rate = Rate { requests: RATE, connections: CONNECTIONS };
    let latencies = latency::compare(&targets, rate, effort::of(ROUNDS_OF_LATENCY))?;
    let p99 = Figure::new("us", 0, &peers, &latencies, |p99| *p99);
    slowest(table, &p99, &rates, &opponents);
    against_bare(table, "peers_processor", &busy, &opponents);
    Ok(())
}

/// That it is the server which is measured: it is busy all the time, and the generator could ask for more.
fn generators(table: &mut Table, rates: &Figure, busy: &Figure, generator: &Figure) {
    if let Some((ratios, from)) = rates.ratio(CONSTANT, BARE) {
        table.at_least(format!("peers_generator_constant ({from})"), &ratios, 1.1);
    }
    for peer in [BARE, BACKGROUND] {
        let cores = |figure: &Figure| Some(figure.median(peer)? * rates.median(peer)? / 1e6);
        if let Some((server, generator)) = cores(busy).zip(cores(generator)) {
            let name = format!("peers_generator_{} (the generator {generator:.2} of another)", peer.name);
            table.judge(name, format!("{server:.2} of a core"), ">= 0.9", server >= 0.9);
        }
    }
}

fn requests(table: &mut Table, rates: &Figure, opponents: &[Opponent]) {
    against_bare(table, "peers_requests", rates, opponents);
    let Some(control) = control(table, "peers_requests", rates) else { return };
    for Opponent { peer, background, on_demand } in opponents {
        let is_hand_written = peer.name == HAND_WRITTEN.name;
        let bar = if is_hand_written { 1.5 } else { 1.0 };
        if let Some((ratios, from)) = rates.ratio(*background, *peer) {
            let name = format!(
                "peers_requests_{}_to_{} ({from}{})",
                background.name,
                peer.name,
                limit(rates, *background, *peer)
            );
            table.at_least_beside(name, &ratios, bar, &control);
        }
        if let Some((ratios, from)) = rates.ratio(*on_demand, *peer) {
            let name = format!("peers_requests_{}_to_{} ({from})", on_demand.name, peer.name);
            if is_hand_written {
                table.at_least_beside(name, &ratios, 0.85, &control);
            } else {
                table.state(name, ratios);
            }
        }
    }
}

/// What the most is that anybody could reach, and how much of it this is.
fn limit(rates: &Figure, ours: Peer, peer: Peer) -> String {
    let (most, share) = (rates.ratio(BARE, peer), rates.ratio(ours, BARE));
    let parts = most.zip(share).map(|((most, _), (share, _))| (most.median(), share.median() * 100.0));
    parts
        .map(|(most, share)| format!("; bare reaches {most:.2}, this {share:.0} % of it"))
        .unwrap_or_default()
}

fn slowest(table: &mut Table, p99: &Figure, rates: &Figure, opponents: &[Opponent]) {
    against_bare(table, "peers_p99", p99, opponents);
    let Some(control) = control(table, "peers_p99", p99) else { return };
    for Opponent { peer, background, .. } in opponents {
        let name = format!("peers_p99_{}_to_{}", background.name, peer.name);
        if let Some(rate) = rates.median(*peer).filter(|rate| *rate < 2.0 * f64::from(RATE)) {
            table.skip(name, format!("no more than {rate:.0} requests/s"));
        } else if let Some((ratios, from)) = p99.ratio(*background, *peer) {
            table.at_most_beside(format!("{name} ({from})"), &ratios, 1.0, &control);
        }
    }
}

/// A second server of the same kind against the first.
fn control(table: &mut Table, group: &str, figure: &Figure) -> Option<Spread> {
    let (ratios, from) = figure.ratio(AGAIN, BACKGROUND)?;
    table.state(format!("{group}_{}_to_{} ({from})", AGAIN.name, BACKGROUND.name), format!("{ratios:.3}"));
    Some(ratios)
}

fn against_bare(table: &mut Table, group: &str, figure: &Figure, opponents: &[Opponent]) {
    for peer in OURS.into_iter().chain(opponents.iter().map(|opponent| opponent.peer)) {
        if let Some((ratios, from)) = figure.ratio(peer, BARE) {
            table.state(format!("{group}_{} ({from})", peer.name), ratios);
        }
    }
}
