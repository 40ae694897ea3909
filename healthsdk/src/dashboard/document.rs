use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;

use super::{
    history::{Bucket, SLOT, SLOTS, Shown, Slot},
    hour::{Hour, Line},
};
use crate::Report;

/// What the page takes in, as JSON: the report for authorised callers, and what is new in the history of each check.
///
/// `report` is that report as it is written elsewhere. `since` is the newest slot that the reader knows.
pub(super) fn document(hour: &Hour, report: &Report, written: &[u8], since: Option<Slot>) -> Bytes {
    let slots = news(hour.slot, since);
    let checks = report.entries().zip(&hour.checks);
    let checks = checks.filter_map(|(entry, line)| Some((entry.name(), Of::new(line.as_ref()?, slots))));
    let past = Past {
        slot: hour.slot,
        seconds: SLOT.as_secs(),
        began: time(hour.began),
        now: time(hour.now),
        checks: checks.collect(),
    };
    let mut body = br#"{"history":"#.to_vec();
    serde_json::to_writer(&mut body, &past).expect("numbers and texts can be written");
    body.extend_from_slice(br#","report":"#);
    body.extend_from_slice(written);
    body.push(b'}');
    body.into()
}

/// How many slots may be new to who knows all until that one, which was not over.
fn news(newest: Slot, since: Option<Slot>) -> usize {
    let known = since.filter(|since| *since <= newest);
    let passed = known.map_or(SLOTS, |since| usize::try_from(newest - since).unwrap_or(SLOTS) + 1);
    passed.min(SLOTS)
}

#[derive(Serialize)]
struct Past<'a> {
    now: String,
    slot: Slot,
    seconds: u64,
    began: String,
    checks: std::collections::BTreeMap<&'a str, Of>,
}

/// Its last slots until the newest, and sums over the whole hour.
#[derive(Serialize)]
struct Of {
    /// A letter a slot, in capitals where no run ended in it.
    states: String,
    mean_ms: Vec<Option<f64>>,
    runs: u32,
    failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    longest_ms: Option<f64>,
}

impl Of {
    fn new(line: &Line, slots: usize) -> Self {
        let buckets = &line.buckets[line.buckets.len().saturating_sub(slots)..];
        Self {
            states: buckets.iter().copied().map(letter).collect(),
            mean_ms: buckets.iter().map(|bucket| bucket.mean().map(milliseconds)).collect(),
            runs: line.runs,
            failures: line.failures,
            longest_ms: line.longest.map(milliseconds),
        }
    }
}

fn letter(bucket: Bucket) -> char {
    let letter = match bucket.shown {
        Shown::Nothing => '.',
        Shown::Ok => 'o',
        Shown::Pending => 'p',
        Shown::Degraded => 'd',
        Shown::Error => 'e',
    };
    if bucket.runs == 0 { letter.to_ascii_uppercase() } else { letter }
}

fn time(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_told_the_slot_that_was_not_over_and_what_came_after() {
        assert_eq!(news(500, None), SLOTS);
        assert_eq!(news(500, Some(500)), 1);
        assert_eq!(news(500, Some(498)), 3);
        assert_eq!(news(500, Some(3)), SLOTS);
        assert_eq!(news(3, Some(500)), SLOTS, "it knows of another process");
    }
}
