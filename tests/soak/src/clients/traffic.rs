use std::io;
use std::time::{Duration, Instant};

use healthsdk_tests::http::{Answer, Client};

use super::request;
use crate::phase::Phase;
use crate::seen::UNREAD;
use crate::shared::Shared;
use crate::tally::Worth;
use crate::told::Caller;
use crate::violations::Invariant;

/// So many ordinary callers, each with one request in a period.
pub(crate) const CALLERS: u32 = 5;
const PERIOD: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(15);

/// Calls the service for what it is there for, until nothing is sent any more.
pub(crate) fn run(number: u32, shared: &Shared) {
    let mut rng = shared.seed.of(&format!("caller {number}"));
    let mut kept = None;
    for tick in 0.. {
        let (path, length) = if rng.bool() {
            (format!("/work/{}", rng.u64(..300)), "done".len())
        } else {
            let count = rng.usize(..100_000);
            (format!("/bytes/{count}"), count)
        };
        let at = PERIOD * tick + PERIOD * number / CALLERS;
        if shared.began.elapsed() > at + PERIOD {
            continue;
        }
        if !shared.sleep_until(at, Phase::sends_traffic) {
            return;
        }
        let sent = Instant::now();
        shared.counts.requests.add(1);
        let answer = answer(&path, &mut kept, shared);
        let unread = answer.as_ref().is_ok_and(|answer| answer.status == UNREAD);
        let worth = if unread { shared.unread(sent, Instant::now()) } else { Worth::Judged };
        shared.counts.tallies.add(Invariant::Traffic, worth);
        match answer {
            _ if worth != Worth::Judged => {}
            Ok(answer) if answer.status == 200 && answer.body.len() == length => {}
            Ok(answer) => {
                let seen = format!("{path}: {} with {} bytes", answer.status, answer.body.len());
                shared.note(Invariant::Traffic, sent, seen, format!("200 with {length} bytes"));
            }
            Err(error) => shared.note(Invariant::Traffic, sent, format!("{path}: {error}"), "an answer"),
        }
    }
}

fn answer(path: &str, kept: &mut Option<Client>, shared: &Shared) -> io::Result<Answer> {
    let mut client = match kept.take() {
        Some(client) => client,
        None => Client::connect(shared.web, PATIENCE)?,
    };
    let answer = client.request(&request(path, Caller::Stranger))?;
    *kept = Some(client).filter(|_| !answer.closes());
    Ok(answer)
}
