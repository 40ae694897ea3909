use std::io;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use fastrand::Rng;
use healthsdk::Kind;
use healthsdk_tests::http::{Answer, Client};

use super::request;
use crate::phase::Phase;
use crate::seen::{Got, Missed, Seen};
use crate::shared::Shared;
use crate::told::Caller;

/// So many, each asking once in a period: 200 probes a second.
pub(crate) const CLIENTS: u32 = 16;
const PERIOD: Duration = Duration::from_millis(80);
/// Nothing that the soak does takes longer.
const PATIENCE: Duration = Duration::from_secs(15);
const FORMATS: [&str; 9] = [
    "kubernetes",
    "health-json",
    "spring",
    "spring-v2",
    "microprofile",
    "xabaril",
    "problem",
    "prometheus",
    "contract",
];

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ask {
    path: String,
    caller: Caller,
    /// On a connection of its own, as the kubelet asks.
    fresh: bool,
}

impl Ask {
    fn draw(rng: &mut Rng, readiness: &[&str]) -> Self {
        let fresh = rng.u8(..4) == 0;
        let other = if rng.bool() { Caller::Stranger } else { Caller::Impostor };
        let (path, caller) = match rng.u8(..100) {
            0..25 => ("/livez".to_owned(), Caller::Stranger),
            25..50 => ("/readyz".to_owned(), other),
            50..55 => ("/startupz".to_owned(), other),
            55..75 => ("/health".to_owned(), Caller::Friend),
            75..83 => (one(rng, readiness), Caller::Friend),
            83..85 => (one(rng, readiness), other),
            85..90 => ("/health".to_owned(), other),
            90..93 => (format(rng), other),
            _ => (format(rng), Caller::Friend),
        };
        Self { path, caller, fresh }
    }

    fn is_detailed(&self) -> bool {
        self.caller == Caller::Friend && self.path == "/health"
    }
}

fn one(rng: &mut Rng, readiness: &[&str]) -> String {
    format!("/readyz/{}", readiness[rng.usize(..readiness.len())])
}

fn format(rng: &mut Rng) -> String {
    format!("/health?format={}", FORMATS[rng.usize(..FORMATS.len())])
}

/// Asks until probing is over. What was to be asked while an answer was late is left out.
pub(crate) fn run(number: u32, shared: &Shared, seen: &Sender<Seen>) {
    let mut rng = shared.seed.of(&format!("polite client {number}"));
    let readiness: Vec<_> = shared
        .specs
        .iter()
        .filter(|spec| spec.kinds.contains(&Kind::Readiness))
        .map(|spec| spec.name)
        .collect();
    let names: Vec<_> = shared.specs.iter().map(|spec| spec.name).collect();
    let mut kept = None;
    for tick in 0.. {
        let ask = Ask::draw(&mut rng, &readiness);
        let at = PERIOD * tick + PERIOD * number / CLIENTS;
        if shared.began.elapsed() > at + PERIOD {
            continue;
        }
        if !shared.sleep_until(at, Phase::is_probed) {
            return;
        }
        let sent = Instant::now();
        let answer = answer(&ask, &mut kept, shared);
        let received = Instant::now();
        let got = answer
            .map_err(|error| Missed::Other(error.to_string()))
            .and_then(|answer| Got::of(&answer, ask.caller, ask.is_detailed(), &names));
        shared.counts.probes.add(1);
        // Nobody judges any more where that fails: the soak is over.
        let _ = seen.send(Seen { path: ask.path, caller: ask.caller, sent, received, got });
    }
}

fn answer(ask: &Ask, kept: &mut Option<Client>, shared: &Shared) -> io::Result<Answer> {
    let mut client = match kept.take() {
        Some(client) if !ask.fresh => client,
        _ => Client::connect(shared.web, PATIENCE)?,
    };
    let answer = client.request(&request(&ask.path, ask.caller))?;
    *kept = Some(client).filter(|_| !answer.closes());
    Ok(answer)
}
