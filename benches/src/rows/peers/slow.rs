use std::{fmt, thread, time::Duration};

use super::servers::{BACKGROUND, HAND_WRITTEN, LIBRARIES, ON_DEMAND, Peer, Server};
use crate::{Result, spread::Spread, table::Table};

/// The deadline that healthsdk has by default, and what a busy machine may add.
const BAR: f64 = 0.2 + 0.05;
/// Longer than any timeout that a peer has.
const NO_ANSWER: Duration = Duration::from_secs(12);
const PROBES: usize = 3;
/// After all servers listen, until what they did to start is over.
const SETTLE: Duration = Duration::from_millis(500);

/// The time until the answer, where the first of ten checks blocks its thread for 3 s.
pub(crate) fn blocked(table: &mut Table) -> Result {
    compare(table, "peers_blocked_3s", &["blocks", "3000"])
}

/// The time until the answer, where the first of ten checks waits for ever.
pub(crate) fn hung(table: &mut Table) -> Result {
    compare(table, "peers_hung", &["hangs"])
}

fn compare(table: &mut Table, group: &str, first: &[&str]) -> Result {
    let mut started = Vec::new();
    for peer in [BACKGROUND, ON_DEMAND, HAND_WRITTEN].into_iter().chain(LIBRARIES) {
        match Server::start(peer, first) {
            Ok(server) => started.push((peer, server)),
            Err(error) if is_ours(peer) => return Err(error),
            Err(error) => table.skip(name(group, peer), error),
        }
    }
    thread::sleep(SETTLE);
    for (peer, answers) in answers(&started)? {
        if is_ours(peer) {
            let is_ok = answers.slowest() <= BAR;
            table.judge(name(group, peer), answers, format!("<= {BAR} s each"), is_ok);
        } else {
            table.state(name(group, peer), answers);
        }
    }
    Ok(())
}

fn name(group: &str, peer: Peer) -> String {
    format!("{group}_{} ({PROBES} probes)", peer.name)
}

fn is_ours(peer: Peer) -> bool {
    [BACKGROUND.name, ON_DEMAND.name].contains(&peer.name)
}

/// All servers at once, because each waits and does nothing else.
fn answers(started: &[(Peer, Server)]) -> Result<Vec<(Peer, Answers)>> {
    thread::scope(|scope| {
        let probed: Vec<_> = started
            .iter()
            .map(|(peer, server)| {
                (*peer, scope.spawn(|| Answers::of(server).map_err(|error| error.to_string())))
            })
            .collect();
        let mut all = Vec::new();
        for (peer, answers) in probed {
            all.push((peer, answers.join().map_err(|_| "it panicked")??));
        }
        Ok(all)
    })
}

/// Of probes one after the other, until one is not answered.
struct Answers(Vec<Option<(Duration, String)>>);

impl Answers {
    fn of(server: &Server) -> Result<Self> {
        let mut answers = Vec::new();
        while answers.len() < PROBES && answers.last().is_none_or(Option::is_some) {
            answers.push(server.probe(NO_ANSWER)?);
        }
        Ok(Self(answers))
    }

    /// In seconds.
    fn slowest(&self) -> f64 {
        let took =
            self.0.iter().map(|answer| answer.as_ref().map_or(f64::INFINITY, |(took, _)| took.as_secs_f64()));
        took.fold(0.0, f64::max)
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(answers) = self.0.iter().cloned().collect::<Option<Vec<_>>>() else {
            return write!(f, "none within {} s", NO_ANSWER.as_secs());
        };
        let (took, mut codes): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        codes.dedup();
        write!(f, "{} s ({})", Spread::new(took.iter().map(Duration::as_secs_f64)), codes.join(", "))
    }
}
