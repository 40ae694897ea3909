use super::servers::{
    Answer, BACKGROUND, DETAILED, HAND_WRITTEN, LIBRARIES, ON_DEMAND, ON_DEMAND_DETAILED, Peer, Server,
};
use crate::{Result, table::Table};

const CHECKS: usize = 10;

/// A server that is compared with ours that tell as much.
pub(crate) struct Opponent {
    pub(crate) peer: Peer,
    pub(crate) background: Peer,
    pub(crate) on_demand: Peer,
}

/// What each server answers and how often it has the checks run, and which of ours is compared with each.
pub(crate) fn run(table: &mut Table, peers: &[Peer], servers: &[Server]) -> Result<Vec<Opponent>> {
    let mut opponents = Vec::new();
    for (peer, server) in peers.iter().zip(servers).filter(|(peer, _)| !peer.runs.is_empty()) {
        let answer = server.answer()?;
        let named = (0..CHECKS).filter(|number| answer.body.contains(&format!("check-{number}"))).count();
        state(table, *peer, &answer, named);
        if [HAND_WRITTEN].iter().chain(&LIBRARIES).any(|other| other.name == peer.name) {
            let (background, on_demand) =
                if named == CHECKS { (DETAILED, ON_DEMAND_DETAILED) } else { (BACKGROUND, ON_DEMAND) };
            opponents.push(Opponent { peer: *peer, background, on_demand });
        }
    }
    Ok(opponents)
}

fn state(table: &mut Table, peer: Peer, answer: &Answer, named: usize) {
    let told = if named == 0 { "no check".to_owned() } else { format!("{named} checks") };
    let (name, runs) = (peer.name, peer.runs);
    let name = format!("peers_body_{name} ({} bytes with its head; the checks run {runs})", answer.bytes);
    table.state(name, format!("{} bytes, {told} by name", answer.body.len()));
}
