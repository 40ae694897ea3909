use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::*;
use crate::{BuildInfo, Entry, Lifecycle, Outcome, about::About, run::Tally};

const MILLI: Duration = Duration::from_millis(1);

fn tallies(service: &'static str, names: &[&str]) -> Tallies {
    let build = BuildInfo::new(service, "1.2.3", &[Some("abc")]);
    let checks = names.iter().map(|name| Tallied {
        entry: Arc::new(Entry::own((*name).to_owned(), Outcome::error("a message"), UNIX_EPOCH)),
        tally: Tally::default(),
        in_flight: false,
    });
    Tallies {
        about: Arc::new(About { build, started_at: SystemTime::now() }),
        lifecycle: Lifecycle::Ready,
        ready: true,
        lag: MILLI,
        freezes: 2,
        checks: checks.collect(),
    }
}

fn text(tallies: &Tallies, text: Text) -> String {
    String::from_utf8(detailed(tallies, text).to_vec()).expect("it is UTF-8")
}

fn open(tallies: &Tallies) -> String {
    text(tallies, Text::OpenMetrics)
}

#[test]
fn what_ends_a_label_or_a_line_is_escaped() {
    let page = open(&tallies("a\\b\"c\nd}é", &[]));
    assert!(page.contains("healthsdk_build_info{service=\"a\\\\b\\\"c\\nd}é\",version=\"1.2.3\""), "{page}");
}

#[test]
fn a_service_named_without_care_is_cut() {
    let page = open(&tallies(Box::leak("é".repeat(1000).into_boxed_str()), &[]));
    assert!(page.contains(&format!("service=\"{}\",", "é".repeat(200))), "{page}");
}

#[test]
fn no_message_is_in_it() {
    assert!(!open(&tallies("s", &["redis"])).contains("a message"));
}

#[test]
fn a_run_is_in_the_bucket_of_its_duration_and_in_all_above() {
    let mut tallies = tallies("s", &["redis"]);
    let at = UNIX_EPOCH + Duration::from_millis(1_772_440_268_118);
    tallies.checks[0].tally.ended(RunResult::Error, 30 * MILLI, at);
    tallies.checks[0].tally.ended(RunResult::Ok, 20_000 * MILLI, at);
    let page = open(&tallies);
    for line in [
        "healthsdk_check_duration_seconds_bucket{check=\"redis\",le=\"0.025\"} 0",
        "healthsdk_check_duration_seconds_bucket{check=\"redis\",le=\"0.05\"} 1",
        "healthsdk_check_duration_seconds_bucket{check=\"redis\",le=\"10.0\"} 1",
        "healthsdk_check_duration_seconds_bucket{check=\"redis\",le=\"+Inf\"} 2",
        "healthsdk_check_duration_seconds_sum{check=\"redis\"} 20.03",
        "healthsdk_check_duration_seconds_count{check=\"redis\"} 2",
        "healthsdk_check_runs_total{check=\"redis\",outcome=\"error\"} 1",
        "healthsdk_check_runs_total{check=\"redis\",outcome=\"void\"} 0",
        "healthsdk_check_last_completed_timestamp_seconds{check=\"redis\"} 1772440268.118",
    ] {
        assert!(page.lines().any(|written| written == line), "{line}\n{page}");
    }
}

#[test]
fn a_check_that_has_not_run_has_no_time_of_completion() {
    assert!(!open(&tallies("s", &["redis"])).contains("timestamp_seconds{"));
}

#[test]
fn families_are_named_without_the_suffixes_of_their_samples_and_end_with_eof() {
    let page = open(&tallies("s", &["redis"]));
    for line in [
        "# TYPE healthsdk_build info",
        "# TYPE healthsdk_check info",
        "# TYPE healthsdk_check_runs counter",
        "# UNIT healthsdk_check_duration_seconds seconds",
        "# TYPE healthsdk_check_duration_seconds histogram",
    ] {
        assert_eq!(page.lines().filter(|written| *written == line).count(), 1, "{line}\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
}

#[test]
fn the_older_text_has_the_same_samples_under_names_that_it_knows() {
    let tallies = tallies("s", &["redis", "postgres"]);
    let older = text(&tallies, Text::Prometheus);
    let samples = |page: &str| {
        page.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(samples(&older), samples(&open(&tallies)));
    for line in ["# TYPE healthsdk_check_runs_total counter", "# TYPE healthsdk_build_info gauge"] {
        assert!(older.lines().any(|written| written == line), "{line}\n{older}");
    }
    assert!(!older.contains("# UNIT") && !older.contains("# EOF"));
}

#[test]
fn those_who_may_know_no_more_are_told_whether_it_is_ready() {
    let expected = "# TYPE healthsdk_ready gauge\n# HELP healthsdk_ready Whether readiness is no error: 1 or 0\nhealthsdk_ready 0\n# EOF\n";
    assert_eq!(terse(false, Text::OpenMetrics), expected);
}
