use std::{fmt, thread, time::Duration};

use super::servers::{BACKGROUND, HAND_WRITTEN, LIBRARIES, ON_DEMAND, Peer, Server};
use crate::{Result, table::Table};

/// The deadline that healthsdk has by default, and what a busy machine may add.
const BAR: Duration = Duration::from_millis(200 + 50);
/// Longer than any timeout that a peer has.
const NO_ANSWER: Duration = Duration::from_secs(12);

/// The time until the answer, where the first of ten checks blocks its thread for 3 s.
pub(crate) fn blocked(table: &mut Table) -> Result {
    compare(table, "peers_blocked_3s", &["blocks", "3000"])
}

/// The time until the answer, where the first of ten checks waits for ever.
pub(crate) fn hung(table: &mut Table) -> Result {
    compare(table, "peers_hung", &["hangs"])
}

/// All at once, because each waits and does nothing else.
fn compare(table: &mut Table, group: &str, first: &[&str]) -> Result {
    let peers: Vec<_> = [BACKGROUND, ON_DEMAND, HAND_WRITTEN].into_iter().chain(LIBRARIES).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let started: Vec<_> = peers
            .iter()
            .map(|peer| {
                let server = Server::start(*peer, first).map_err(|error| error.to_string());
                scope.spawn(move || {
                    server.and_then(|server| answer(&server).map_err(|error| error.to_string()))
                })
            })
            .collect();
        started
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("it panicked".into())))
            .collect()
    });
    for (peer, answer) in peers.into_iter().zip(answers) {
        let name = format!("{group}_{} (time to the answer)", peer.name);
        match answer {
            Ok(answer) if is_ours(peer) => {
                let is_ok = answer.0.as_ref().is_some_and(|(took, _)| *took <= BAR);
                table.judge(name, answer, format!("<= {BAR:?}"), is_ok);
            }
            Ok(answer) => table.state(name, answer),
            Err(error) if is_ours(peer) => return Err(error.into()),
            Err(error) => table.skip(name, error),
        }
    }
    Ok(())
}

fn is_ours(peer: Peer) -> bool {
    [BACKGROUND.name, ON_DEMAND.name].contains(&peer.name)
}

fn answer(server: &Server) -> Result<Answer> {
    Ok(Answer(server.probe(NO_ANSWER)?))
}

struct Answer(Option<(Duration, String)>);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((took, code)) => write!(f, "{:.2} s ({code})", took.as_secs_f64()),
            None => write!(f, "none within {} s", NO_ANSWER.as_secs()),
        }
    }
}
