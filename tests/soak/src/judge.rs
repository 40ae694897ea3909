//! Holds what was seen against what was true.

use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use healthsdk::{Kind, Status};

use crate::limits::{DEADLINE, MARGIN};
use crate::seen::{Got, Missed, Seen};
use crate::shared::Shared;
use crate::spec::Spec;
use crate::tally::Worth;
use crate::told::Caller;
use crate::violations::Invariant;

/// An answer is judged so much later, when all that touched it is known.
const LATER: Duration = Duration::from_secs(6);
/// A lag before the question may still be felt.
const AFTER_LAG: Duration = Duration::from_millis(500);

/// Judges until nobody asks any more. The last answers have to ripen like all.
pub(crate) fn run(seen: &Receiver<Seen>, shared: &Shared) {
    for seen in seen {
        thread::sleep((seen.received + LATER).saturating_duration_since(Instant::now()));
        judge(&seen, shared);
    }
}

fn judge(seen: &Seen, shared: &Shared) {
    in_time(seen, shared);
    answered(seen, shared);
    if let Ok(got) = &seen.got {
        secrecy(seen, got, shared);
        code(seen, got, shared);
        for (name, status) in &got.checks {
            check(seen, name, status, shared);
        }
    }
}

fn answered(seen: &Seen, shared: &Shared) {
    let worth = match &seen.got {
        Err(Missed::Unread) => shared.unread(seen.sent, seen.received),
        _ => Worth::Judged,
    };
    shared.counts.tallies.add(Invariant::Answered, worth);
    if let Err(error) = &seen.got
        && worth == Worth::Judged
    {
        shared.note(Invariant::Answered, seen.sent, format!("{}: {error}", seen.path), "an answer");
    }
}

fn in_time(seen: &Seen, shared: &Shared) {
    let took = seen.received - seen.sent;
    let from = seen.sent.checked_sub(AFTER_LAG).unwrap_or(seen.sent);
    let lag = shared.lag(from, seen.received);
    shared.counts.answer(took.saturating_sub(lag));
    let allowed = DEADLINE + MARGIN + lag;
    // A lag as long as a run that hangs would hide one.
    let worth = if shared.own_lag(from, seen.received) > MARGIN {
        Worth::Forgiven
    } else if lag > MARGIN {
        Worth::Unsettled
    } else {
        Worth::Judged
    };
    shared.counts.tallies.add(Invariant::InTime, worth);
    if took > allowed {
        let limits = format!("within {allowed:.0?}, {lag:.0?} of them for the machine's lag");
        shared.note(Invariant::InTime, seen.sent, format!("{} after {took:.0?}", seen.path), limits);
    }
}

fn secrecy(seen: &Seen, got: &Got, shared: &Shared) {
    let worth = if got.telling { Worth::Judged } else { Worth::Unsettled };
    shared.counts.tallies.add(Invariant::Secrecy, worth);
    if !got.leaks.is_empty() {
        let told = format!("{} told a {:?} {}", seen.path, seen.caller, got.leaks.join(", "));
        shared.note(Invariant::Secrecy, seen.sent, told, "nothing of it");
    }
}

fn code(seen: &Seen, got: &Got, shared: &Shared) {
    let (invariant, expected) = match seen.path.as_str() {
        "/livez" => (Invariant::Liveness, whole(Kind::Liveness, seen, shared)),
        "/readyz" => (Invariant::Truth, whole(Kind::Readiness, seen, shared)),
        "/startupz" => (Invariant::Startup, Ok(200)),
        path => match path.strip_prefix("/readyz/") {
            Some(_) if seen.caller != Caller::Friend => (Invariant::Secrecy, Ok(404)),
            Some(name) => (Invariant::Truth, one(name, seen, shared)),
            None => return,
        },
    };
    shared.counts.tallies.add(invariant, worth(&expected));
    if let Ok(expected) = expected
        && got.code != expected
    {
        let failing = failing(got);
        shared.note(invariant, seen.sent, format!("{} {}{failing}", seen.path, got.code), expected);
    }
}

fn worth<T>(expected: &Result<T, Worth>) -> Worth {
    expected.as_ref().err().copied().unwrap_or(Worth::Judged)
}

fn failing(got: &Got) -> String {
    let failing: Vec<_> = got.checks.iter().filter(|(_, status)| status != "ok").collect();
    if failing.is_empty() { String::new() } else { format!(" {failing:?}") }
}

fn check(seen: &Seen, name: &str, status: &str, shared: &Shared) {
    let Some(spec) = shared.specs.iter().find(|spec| spec.name == name) else { return };
    let expected = settled(spec, seen, shared);
    shared.counts.tallies.add(Invariant::Truth, worth(&expected));
    if let Ok(expected) = expected {
        shared.counts.tallies.status(spec.name, expected.as_str());
        if status != expected.as_str() {
            shared.note(Invariant::Truth, seen.sent, format!("{name} is {status}"), expected.as_str());
        }
    }
}

/// The code of a whole endpoint, where what is known of its checks decides it.
fn whole(kind: Kind, seen: &Seen, shared: &Shared) -> Result<u16, Worth> {
    let of_kind = shared.specs.iter().filter(|spec| spec.kinds.contains(&kind));
    let statuses: Vec<_> = of_kind.map(|spec| settled(spec, seen, shared)).collect();
    if statuses.contains(&Ok(Status::Error)) {
        return Ok(503);
    }
    match statuses.into_iter().find_map(Result::err) {
        Some(worth) => Err(worth),
        None => Ok(200),
    }
}

fn one(name: &str, seen: &Seen, shared: &Shared) -> Result<u16, Worth> {
    let spec = shared.specs.iter().find(|spec| spec.name == name).ok_or(Worth::Unsettled)?;
    Ok(if settled(spec, seen, shared)? == Status::Error { 503 } else { 200 })
}

/// What the service has to publish of a check, where it has been true for a period and no lag of the machine disturbed it.
fn settled(spec: &Spec, seen: &Seen, shared: &Shared) -> Result<Status, Worth> {
    let lasting = || {
        let verdict = shared.truth.settled(spec.name, seen.sent, seen.received)?;
        let from = shared.freezes.back(seen.sent, spec.within(verdict), spec.thaw())?;
        Some((from, shared.truth.settled(spec.name, from, seen.received)?))
    };
    let (from, lasted) = lasting().ok_or(Worth::Unsettled)?;
    if shared.stalled(from, seen.received) { Err(Worth::Forgiven) } else { Ok(spec.published(lasted)) }
}
