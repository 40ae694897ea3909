//! The text that Kubernetes' own components answer with.

use std::{collections::BTreeMap, fmt::Write};

use bytes::Bytes;

use super::Asked;
use crate::{Entry, Override, Report, Status, text::plain};

/// The check that is there where there is no other, and first in every list.
const PING: &str = "ping";

/// The list for authorised callers.
pub(super) fn detailed(report: &Report, asked: &Asked<'_>) -> Bytes {
    listed(report, asked).1
}

/// The body where nothing fails and nobody asks for more.
pub(crate) fn passed() -> Bytes {
    Bytes::from_static(b"ok")
}

/// The checks, a line each, and the status without the excluded ones. Where one fails, they are listed unasked.
pub(crate) fn listed(report: &Report, asked: &Asked<'_>) -> (Status, Bytes) {
    let mut exclusion = Exclusion::new(asked.exclude);
    let mut status = Status::Ok;
    let mut body = String::new();
    if is_implicit(report, PING) {
        exclusion.line(&mut body, PING, None, Status::Ok);
    }
    let (pings, others): (Vec<_>, Vec<_>) =
        report.entries.iter().partition(|reported| reported.entry.name() == PING);
    for reported in pings.into_iter().chain(others) {
        let entry = Some(&*reported.entry);
        status = status.max(exclusion.line(&mut body, reported.entry.name(), entry, reported.status));
    }
    if status < Status::Error && !asked.verbose {
        return (status, passed());
    }
    let unmatched: Vec<_> = exclusion.unmatched().collect();
    if !unmatched.is_empty() {
        let unmatched = unmatched.join(",");
        let _ = writeln!(body, "warn: some health checks cannot be excluded: no matches for {unmatched}");
    }
    last_line(&mut body, asked.endpoint, status);
    (status, body.into())
}

/// The list for strangers: the endpoint stands for all of its checks.
pub(super) fn terse(status: Status, asked: &Asked<'_>) -> Bytes {
    let endpoint = asked.endpoint;
    if status < Status::Error && !asked.verbose {
        return passed();
    }
    let mut body = String::new();
    line(&mut body, endpoint, status);
    last_line(&mut body, endpoint, status);
    body.into()
}

/// One check, with its reason where it fails.
pub(crate) fn single(report: &Report) -> Bytes {
    match report.entries.first() {
        Some(reported) if reported.status == Status::Error => {
            let reason = reported.entry.message().unwrap_or("passes again, but not often enough yet");
            format!("internal server error: {}\n", plain(reason)).into()
        }
        _ => passed(),
    }
}

/// Whether a check of this name is there only because there is no other.
pub(crate) fn is_implicit(report: &Report, name: &str) -> bool {
    name == PING && report.entries.iter().all(|reported| reported.entry.is_of_process())
}

/// The names and tags that a caller leaves out, and whether each was found.
struct Exclusion<'a>(BTreeMap<&'a str, bool>);

impl<'a> Exclusion<'a> {
    fn new(exclude: &'a [String]) -> Self {
        Self(exclude.iter().map(|name| (name.as_str(), false)).collect())
    }

    /// Writes a check's line; what it counts as.
    fn line(&mut self, body: &mut String, name: &str, entry: Option<&Entry>, status: Status) -> Status {
        let name = &*plain(name);
        if entry.is_some_and(Entry::is_of_process) || self.0.is_empty() {
            overridden_or_line(body, name, entry, status);
            return status;
        }
        let tag = entry.into_iter().flat_map(Entry::tags).fold(None, |first, tag| {
            let found = self.find(tag);
            first.or(found.then_some(tag))
        });
        let _ = match (self.find(name), tag) {
            (true, _) => writeln!(body, "[+]{name} excluded: ok"),
            (false, Some(tag)) => writeln!(body, "[+]{name} excluded with {tag}: ok"),
            (false, None) => {
                overridden_or_line(body, name, entry, status);
                return status;
            }
        };
        Status::Ok
    }

    fn find(&mut self, name: &str) -> bool {
        self.0.get_mut(name).map(|found| *found = true).is_some()
    }

    /// In quotes, ordered.
    fn unmatched(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter(|(_, found)| !**found).map(|(name, _)| format!("{name:?}"))
    }
}

/// A check that does not fail only because settings say so is told as one that is excluded is.
fn overridden_or_line(body: &mut String, name: &str, entry: Option<&Entry>, status: Status) {
    let counts = |overridden: &Override| {
        overridden.option("enabled").or_else(|| overridden.option("failure_status")).is_some()
    };
    if status < Status::Error && entry.and_then(Entry::overridden).is_some_and(counts) {
        let _ = writeln!(body, "[+]{name} overridden: {status}");
    } else {
        line(body, name, status);
    }
}

fn line(body: &mut String, name: &str, status: Status) {
    let _ = match status {
        Status::Ok => writeln!(body, "[+]{name} ok"),
        Status::Degraded => writeln!(body, "[+]{name} degraded"),
        Status::Error => writeln!(body, "[-]{name} failed: reason withheld"),
    };
}

fn last_line(body: &mut String, endpoint: &str, status: Status) {
    let word = if status == Status::Error { "failed" } else { "passed" };
    let _ = writeln!(body, "{endpoint} check {word}");
}
