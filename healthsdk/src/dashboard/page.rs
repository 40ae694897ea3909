use std::time::SystemTime;

use askama::Template;
use bytes::Bytes;
use serde_json::Value;

use super::{
    draw,
    hour::{Hour, Line},
    policy,
};
use crate::{Component, Kind, Override, Report, Status, report::Reported};

/// The page as it is sent: complete and readable though no script runs.
pub(super) fn page(hour: &Hour, report: &Report) -> Bytes {
    let about = report.about.as_deref();
    let build = about.map(|about| &about.build);
    let lines = report.entries.iter().zip(&hour.checks);
    let mut rows: Vec<_> = lines.map(|(reported, line)| Row::new(reported, line.as_ref(), hour)).collect();
    rows.sort_by_key(|row| row.rank);
    let page = Page {
        style: policy::STYLE,
        script: policy::SCRIPT,
        service: build.and_then(|build| build.service.as_deref()).unwrap_or("this service"),
        version: build.and_then(|build| build.version.as_deref()),
        commit: build.and_then(|build| build.commit.as_deref()),
        status: report.status().as_str(),
        lifecycle: report.lifecycle().as_str(),
        started: about.map(|about| Time(about.started_at)),
        now: Time(hour.now),
        counts: STATES.map(|state| (state, rows.iter().filter(|row| row.state == state).count())),
        kinds: Kind::ALL.map(Kind::as_str),
        tags: tags(report),
        changed: report
            .entries
            .iter()
            .max_by_key(|reported| reported.entry.since)
            .map(|reported| (reported.entry.name(), Time(reported.entry.since))),
        rows,
        blank: Row::default(),
    };
    page.render().map_or_else(|error| error.to_string().into(), Bytes::from)
}

/// The page that tells strangers nothing but the status.
pub(crate) fn terse(status: Status) -> Bytes {
    let word = status.as_str();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{word}</title><p>{word}</p></html>\n"
    )
    .into()
}

/// The worst first.
const STATES: [&str; 4] = ["error", "degraded", "pending", "ok"];

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    service: &'a str,
    version: Option<&'a str>,
    commit: Option<&'a str>,
    status: &'static str,
    lifecycle: &'static str,
    started: Option<Time>,
    now: Time,
    counts: [(&'static str, usize); 4],
    kinds: [&'static str; 3],
    tags: Vec<&'a str>,
    /// The check that changed last.
    changed: Option<(&'a str, Time)>,
    rows: Vec<Row<'a>>,
    /// What the script makes further rows of.
    blank: Row<'a>,
}

#[derive(Default)]
struct Row<'a> {
    name: &'a str,
    state: &'static str,
    rank: usize,
    message: &'a str,
    since: Option<Time>,
    labels: Vec<&'a str>,
    overridden: bool,
    duration: Option<String>,
    longest: Option<String>,
    line: String,
    timeline: Vec<(&'static str, String)>,
    spoken: String,
    facts: Vec<(&'a str, String)>,
}

impl<'a> Row<'a> {
    fn new(reported: &'a Reported, line: Option<&Line>, hour: &Hour) -> Self {
        let entry = &*reported.entry;
        let state = if entry.is_pending() { "pending" } else { reported.status.as_str() };
        let buckets = line.map(|line| line.buckets.as_slice()).unwrap_or_default();
        Self {
            name: entry.name(),
            state,
            rank: STATES.iter().position(|known| *known == state).unwrap_or_default(),
            message: entry.message().unwrap_or_default(),
            since: Some(Time(entry.since())),
            labels: entry.kinds().map(|kind| -> &'a str { kind.as_str() }).chain(entry.tags()).collect(),
            overridden: entry.overridden().is_some(),
            duration: entry.duration().map(draw::duration),
            longest: line.and_then(|line| line.longest).map(draw::duration),
            line: draw::line(buckets),
            timeline: draw::timeline(buckets),
            spoken: line.map_or_else(|| "no history".to_owned(), |_| draw::spoken(buckets, hour.began)),
            facts: facts(reported, line),
        }
    }
}

/// What is shown on demand.
fn facts<'a>(reported: &'a Reported, line: Option<&Line>) -> Vec<(&'a str, String)> {
    let entry = &*reported.entry;
    let time = |time| Time(time).to_string();
    let known = [
        ("description", entry.description().map(str::to_owned)),
        ("component", entry.component().map(|component| Component::as_str(component).to_owned())),
        ("last run", entry.checked_at().map(time)),
        ("still running since", entry.running_since().map(time)),
        (
            "failures in a row",
            Some(entry.failures()).filter(|failures| *failures > 0).map(|failures| failures.to_string()),
        ),
        ("last hour", line.map(|line| format!("{} runs, {} failed", line.runs, line.failures))),
        ("override", entry.overridden().map(overridden)),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    known.chain(entry.data().iter().map(|(key, value)| (key.as_str(), text(value)))).collect()
}

fn overridden(by: &Override) -> String {
    let set: Vec<_> = by.options().map(|(option, value)| format!("{option} = {value}")).collect();
    let until = by.until().map(|until| format!(", until {}", Time(until))).unwrap_or_default();
    let reason = by.reason().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{}; by {}{until}{reason}", set.join(", "), by.source())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn tags(report: &Report) -> Vec<&str> {
    let mut tags: Vec<_> = report.entries().flat_map(crate::Entry::tags).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// A time for people who read no time zones into it, and for the script.
#[derive(Clone, Copy)]
struct Time(SystemTime);

impl Time {
    fn exact(self) -> String {
        humantime::format_rfc3339_millis(self.0).to_string()
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exact = humantime::format_rfc3339_seconds(self.0).to_string();
        f.write_str(&exact.replace('T', " ").replace('Z', " UTC"))
    }
}
