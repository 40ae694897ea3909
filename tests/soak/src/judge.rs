//! Holds what was seen against what was true.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::{Kind, Status};

use crate::limits::{DEADLINE, MARGIN};
use crate::seen::{Got, Seen};
use crate::shared::Shared;
use crate::spec::Spec;
use crate::violations::Invariant;

/// An answer is judged so much later, when all that touched it is known.
const LATER: Duration = Duration::from_secs(6);
/// A lag before the question may still be felt.
const AFTER_LAG: Duration = Duration::from_millis(500);

/// Judges until nobody asks any more.
pub(crate) fn run(seen: &Receiver<Seen>, shared: &Shared) {
    loop {
        match seen.recv_timeout(LATER) {
            Ok(seen) => {
                let ripe = seen.received + LATER;
                while Instant::now() < ripe && shared.is_probed() {
                    thread::sleep(Duration::from_millis(50).min(ripe - Instant::now().min(ripe)));
                }
                judge(&seen, shared);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn judge(seen: &Seen, shared: &Shared) {
    let took = seen.received - seen.sent;
    let lag = shared.lag(seen.sent.checked_sub(AFTER_LAG).unwrap_or(seen.sent), seen.received);
    shared.counts.answer(took.saturating_sub(lag));
    let allowed = DEADLINE + MARGIN + lag;
    if took > allowed {
        let limits = format!("within {allowed:.0?}, {lag:.0?} of them for the machine's lag");
        shared.note(Invariant::InTime, seen.sent, format!("{} after {took:.0?}", seen.path), limits);
    }
    match &seen.got {
        Err(error) => {
            shared.note(Invariant::Answered, seen.sent, format!("{}: {error}", seen.path), "an answer");
        }
        Ok(got) => {
            code(seen, got, shared);
            for (name, status) in &got.checks {
                check(seen, name, status, shared);
            }
        }
    }
}

fn code(seen: &Seen, got: &Got, shared: &Shared) {
    let (expected, invariant) = match seen.path.as_str() {
        "/livez" => (whole(Kind::Liveness, seen, shared), Invariant::Liveness),
        "/readyz" => (whole(Kind::Readiness, seen, shared), Invariant::Truth),
        "/startupz" => (Some(200), Invariant::Truth),
        path => (path.strip_prefix("/readyz/").and_then(|name| one(name, seen, shared)), Invariant::Truth),
    };
    if let Some(expected) = expected {
        shared.counts.judged.add(1);
        if got.code != expected {
            let failing = failing(got);
            shared.note(invariant, seen.sent, format!("{} {}{failing}", seen.path, got.code), expected);
        }
    }
}

fn failing(got: &Got) -> String {
    let failing: Vec<_> = got.checks.iter().filter(|(_, status)| status != "ok").collect();
    if failing.is_empty() { String::new() } else { format!(" {failing:?}") }
}

fn check(seen: &Seen, name: &str, status: &str, shared: &Shared) {
    let spec = shared.specs.iter().find(|spec| spec.name == name);
    if let Some(expected) = spec.and_then(|spec| settled(spec, seen, shared)) {
        shared.counts.judged.add(1);
        if status != expected.as_str() {
            shared.note(Invariant::Truth, seen.sent, format!("{name} is {status}"), expected.as_str());
        }
    }
}

/// The code of a whole endpoint, where what is known of its checks decides it.
fn whole(kind: Kind, seen: &Seen, shared: &Shared) -> Option<u16> {
    let of_kind = shared.specs.iter().filter(|spec| spec.kinds.contains(&kind));
    let statuses: Vec<_> = of_kind.map(|spec| settled(spec, seen, shared)).collect();
    if statuses.contains(&Some(Status::Error)) {
        return Some(503);
    }
    statuses.iter().all(Option::is_some).then_some(200)
}

fn one(name: &str, seen: &Seen, shared: &Shared) -> Option<u16> {
    let spec = shared.specs.iter().find(|spec| spec.name == name)?;
    let status = settled(spec, seen, shared)?;
    Some(if status == Status::Error { 503 } else { 200 })
}

/// What the service has to publish of a check, where it has been true for a period and no lag of the machine disturbed it.
fn settled(spec: &Spec, seen: &Seen, shared: &Shared) -> Option<Status> {
    let verdict = shared.truth.settled(spec.name, seen.sent, seen.received)?;
    let from = shared.freezes.back(seen.sent, spec.within(verdict), spec.thaw())?;
    let lasted = shared.truth.settled(spec.name, from, seen.received)?;
    let disturbed = shared.stalled(from, seen.received);
    (!disturbed).then(|| spec.published(lasted))
}
