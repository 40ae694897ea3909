//! What one run of a check costs its server on an established connection.

use std::thread;
use std::time::{Duration, Instant};

use healthsdk::Status;
use healthsdk_tests::servers::need;

use crate::case::{Case, TIMEOUT};
use crate::stage::Stage;
use crate::table::{Table, row};
use crate::watch::Watch;
use healthsdk_tests::proxy::{Counts, Proxy};

const RUNS: u64 = 10;
/// Nothing has come through for so long: what clients do after a run is over.
const QUIET: Duration = Duration::from_millis(100);
const SOON: Duration = Duration::from_secs(10);
/// Bytes may differ from those in the document by this part: lengths of numbers and names differ.
const ALIKE: f64 = 0.2;

const TABLE: Table = Table { file: "check-costs.md", head: include_str!("cost.md"), same: is_alike };

/// Counts what ten runs send and receive, and holds it against the document.
///
/// # Panics
/// Where a run has more round trips, or opens more connections, than the case allows.
pub fn run(case: &Case) {
    let Some(stage) = need(Stage::behind_proxy(case), &format!("cost::{}", case.name)) else { return };
    let watch = Watch::new(stage.subject().check(), TIMEOUT, TIMEOUT * 3, stage.runtime());
    watch.passes(SOON).expect("the check passes");
    stage.fill();
    watch.passes(SOON).expect("the check passes");

    let before = quiet(stage.proxy());
    for _ in 0..RUNS {
        let reading = watch.ask();
        assert_eq!(reading.status(), Status::Ok, "{reading:#?}");
    }
    let Counts { connections, round_trips, sent, received } = quiet(stage.proxy()) - before;
    assert!(
        round_trips <= case.round_trips * RUNS && connections <= case.connections * RUNS,
        "{}: {round_trips} round trips and {connections} new connections in {RUNS} runs",
        case.name
    );
    println!("{}: {round_trips} round trips and {connections} new connections in {RUNS} runs", case.name);
    // What may not be exceeded, because a packet more or less makes two round trips of one.
    let [round_trips, connections] = [case.round_trips, case.connections].map(|most| most.to_string());
    let [sent, received] = [sent, received].map(|bytes| bytes.div_ceil(RUNS).to_string());
    let why = if case.costly.is_empty() { "–" } else { case.costly };
    TABLE.hold(case.name, &[row(&[case.name, &round_trips, &connections, &sent, &received, why])]);
}

/// The cases that have rows in the document must be these.
///
/// # Panics
/// Where a case has no row, or a row has no case.
pub fn complete(cases: &[Case]) {
    TABLE.complete(cases, 1);
}

fn quiet(proxy: &Proxy) -> Counts {
    let begun = Instant::now();
    let mut last = (proxy.counts(), begun);
    while last.1.elapsed() < QUIET {
        assert!(begun.elapsed() < SOON, "the client does not stop to send");
        thread::sleep(Duration::from_millis(5));
        let now = proxy.counts();
        if now != last.0 {
            last = (now, Instant::now());
        }
    }
    last.0
}

fn is_alike(known: &[&str], today: &[&str]) -> bool {
    let bytes = |row: &[&str], column: usize| row[column].parse::<f64>().unwrap_or(f64::NAN);
    let alike = |column| {
        let (known, today) = (bytes(known, column), bytes(today, column));
        (today - known).abs() <= ALIKE * known
    };
    known.len() == today.len()
        && [0, 1, 2, 5].iter().all(|&column| known[column] == today[column])
        && alike(3)
        && alike(4)
}
