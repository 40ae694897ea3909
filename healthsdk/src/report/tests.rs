use std::{iter, slice, time::SystemTime};

use super::*;
use crate::{BuildInfo, Outcome};

const LIVENESS: Selection = Selection::everything().kind(Kind::Liveness);
const READINESS: Selection = Selection::everything().kind(Kind::Readiness);
const STARTUP: Selection = Selection::everything().kind(Kind::Startup);
const READY: Progress = Progress { lifecycle: Lifecycle::Ready, started: true, serving: true, held: false };
const STARTING: Progress = Progress { lifecycle: Lifecycle::Starting, started: false, ..READY };

fn entry(name: &str, kinds: &[Kind], outcome: Outcome) -> Entry {
    let mut entry = Entry::own(name.to_owned(), outcome, SystemTime::UNIX_EPOCH);
    let kinds = kinds.iter().fold(Kinds::NONE, |kinds, kind| kinds.with(*kind));
    Arc::make_mut(&mut entry.info).kinds = kinds;
    entry
}

fn report(entries: &[Entry], selection: &Selection, progress: Progress) -> Report {
    let about = About { build: BuildInfo::default(), started_at: SystemTime::UNIX_EPOCH };
    let entries: Vec<_> = entries.iter().cloned().map(Arc::new).collect();
    Report::new(&entries, selection, progress, Arc::new(about))
}

/// What a report of one check says, which is also what is told without making it.
fn said(check: &Entry, selection: &Selection, progress: Progress) -> Status {
    let said = report(slice::from_ref(check), selection, progress).status();
    assert_eq!(status(iter::once(check), selection, progress), said);
    said
}

fn names(report: &Report) -> Vec<&str> {
    report.entries().map(Entry::name).collect()
}

#[test]
fn one_that_is_pending_holds_readiness_and_gets_nobody_killed() {
    let mut check = entry("a", &[Kind::Liveness, Kind::Readiness], Outcome::error("has not run yet"));
    assert_eq!(said(&check, &LIVENESS, READY), Status::Error, "it has failed");
    check.pending = true;
    assert_eq!(said(&check, &LIVENESS, READY), Status::Ok);
    assert_eq!(said(&check, &READINESS, READY), Status::Error);
    assert_eq!(said(&check, &Selection::everything(), READY), Status::Error);
}

#[test]
fn the_startup_probe_asks_only_whether_it_has_once_passed() {
    let mut check = entry("a", &[Kind::Startup], Outcome::error("down by now"));
    check.started = true;
    assert_eq!(said(&check, &STARTUP, STARTING), Status::Ok);
    check.started = false;
    assert_eq!(said(&check, &STARTUP, READY), Status::Ok, "the process has started");
    assert_eq!(said(&check, &STARTUP, STARTING), Status::Error);
    check.status = Status::Degraded;
    assert_eq!(said(&check, &STARTUP, STARTING), Status::Error);
}

#[test]
fn a_process_that_starts_drains_or_is_held_is_not_ready_though_every_check_is_well() {
    let check = entry("a", &Kind::ALL, Outcome::ok());
    let held = Progress { held: true, ..READY };
    for progress in [STARTING, held, Progress { lifecycle: Lifecycle::Draining, ..READY }] {
        let said = |selection: &Selection| said(&check, selection, progress);
        assert_eq!((said(&READINESS), said(&Selection::everything())), (Status::Error, Status::Error));
        assert_eq!((said(&LIVENESS), said(&STARTUP)), (Status::Ok, Status::Ok));
        let report = report(slice::from_ref(&check), &READINESS, progress);
        assert_eq!(report.lifecycle(), progress.lifecycle);
        assert_eq!(names(&report), ["a", "process/starting"], "it says why");
    }
    assert_eq!(said(&check, &READINESS, READY), Status::Ok);
}

#[test]
fn a_report_is_of_the_checks_of_a_kind_that_have_a_tag_and_of_the_process() {
    let storage = |mut entry: Entry| {
        Arc::make_mut(&mut entry.info).tags = ["storage".into()].into();
        entry
    };
    let entries = [
        entry("a", &[Kind::Readiness], Outcome::ok()),
        storage(entry("b", &[Kind::Readiness], Outcome::ok())),
        storage(entry("c", &[Kind::Liveness], Outcome::ok())),
        entry("process/ready", &[Kind::Readiness], Outcome::ok()),
    ];
    let of = |selection: Selection| {
        report(&entries, &selection, READY).entries().map(|entry| entry.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(Selection::everything()), ["a", "b", "c", "process/ready"]);
    assert_eq!(of(READINESS), ["a", "b", "process/ready"]);
    assert_eq!(of(READINESS.tags(&["storage", "other"])), ["b", "process/ready"]);
    assert_eq!(of(Selection::everything().tags(&["storage"])), ["b", "c", "process/ready"]);
    assert_eq!(of(LIVENESS.kind(Kind::Readiness)), ["a", "b", "c", "process/ready"]);
}

#[test]
fn of_two_entries_of_one_name_the_worse_stays_and_of_equals_the_first() {
    let mut report = report(&[entry("b", &[], Outcome::ok())], &Selection::everything(), READY);
    for (name, outcome, status) in [
        ("c", Outcome::degraded("first"), Status::Degraded),
        ("a", Outcome::ok(), Status::Degraded),
        ("c", Outcome::degraded("second"), Status::Degraded),
        ("c", Outcome::ok(), Status::Degraded),
        ("b", Outcome::error("down"), Status::Error),
    ] {
        report.add(entry(name, &[], outcome));
        assert_eq!(report.status(), status);
    }
    let messages: Vec<_> = report.entries().map(|entry| (entry.name(), entry.message())).collect();
    assert_eq!(messages, [("a", None), ("b", Some("down")), ("c", Some("first"))]);
}
