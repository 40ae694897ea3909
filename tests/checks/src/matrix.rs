//! The fault matrix: what a check says under each fault, how soon, and what is left of the pool afterwards.

use std::time::{Duration, Instant};

use healthsdk::Cause;
use healthsdk_tests::servers::need;

use crate::case::{Case, Cell, Said, TIMEOUT};
use crate::stage::Stage;
use crate::table::{Table, row};
use crate::watch::{Reading, Watch};
use healthsdk_tests::proxy::Mode;

/// A report comes at the latest after this part of the timeout.
const AT_MOST: f64 = 1.1;
/// Runs until a client has noticed what happened to all of its connections.
const RUNS: usize = 6;
const BEGINNING: Duration = Duration::from_secs(10);

const TABLE: Table = Table {
    file: "fault-matrix.md",
    head: include_str!("matrix.md"),
    same: |known, today| [0, 1, 2, 3, 6, 7].iter().all(|&column| known.get(column) == today.get(column)),
};

/// What happens to the server, or on the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Healthy,
    /// All its processes are killed.
    Killed,
    /// All its processes stand still, and go on while the run is still under way.
    Paused,
    /// Each connection is reset in the middle of its next answer.
    Cut,
    /// Nothing passes, until after the run has been dropped.
    Swallowed,
    /// Answers take 80 % of the timeout.
    Slow,
    /// Answers take 120 % of the timeout.
    TooSlow,
    /// The client has a wrong password.
    WrongPassword,
    /// The application has every connection of the pool in use.
    Exhausted,
    /// The server was started anew on the same port while the connections were idle.
    Restarted,
}

impl Fault {
    pub(crate) const ALL: [Self; 10] = [
        Self::Healthy,
        Self::Killed,
        Self::Paused,
        Self::Cut,
        Self::Swallowed,
        Self::Slow,
        Self::TooSlow,
        Self::WrongPassword,
        Self::Exhausted,
        Self::Restarted,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Killed => "killed",
            Self::Paused => "paused",
            Self::Cut => "cut in mid-answer",
            Self::Swallowed => "packets swallowed",
            Self::Slow => "slow by 80 %",
            Self::TooSlow => "slow by 120 %",
            Self::WrongPassword => "wrong password",
            Self::Exhausted => "pool exhausted",
            Self::Restarted => "restarted",
        }
    }

    /// What most checks say.
    pub(crate) const fn usual(self) -> Cell {
        match self {
            Self::Healthy | Self::Slow | Self::Restarted => Cell::Says(Said::OK),
            Self::Killed => Cell::Says(Said::error(Cause::Refused)),
            Self::Paused | Self::Swallowed | Self::TooSlow => Cell::Says(Said::error(Cause::TimedOut)),
            Self::Cut => Cell::Says(Said::error(Cause::Disconnected)),
            Self::WrongPassword => Cell::NotApplicable("no password"),
            Self::Exhausted => Cell::Says(Said::EXHAUSTED),
        }
    }
}

/// Takes the case through all faults, one after the other on the same client, and holds what it says against the document.
///
/// # Panics
/// Where a check says something else than the case or the document, or too late, does not recover, or has lost a connection.
pub fn run(case: &Case) {
    let Some(mut stage) = need(Stage::behind_proxy(case), &format!("fault_matrix::{}", case.name)) else {
        return;
    };
    let watch = Watch::new(stage.subject().check(), TIMEOUT, TIMEOUT * 3, stage.runtime());
    watch.passes(BEGINNING).expect("the check passes before any fault");
    stage.fill();
    let rows: Vec<_> = Fault::ALL
        .into_iter()
        .map(|fault| {
            let cells = match case.cells[fault as usize] {
                Cell::NotApplicable(why) => Cells::none(why),
                Cell::Says(Said::EXHAUSTED) if stage.subject().take_all().is_none() => Cells::none("no pool"),
                Cell::Says(expected) => suffer(case, fault, expected, &mut stage, &watch),
            };
            cells.row(case, fault)
        })
        .collect();
    TABLE.hold(case.name, &rows);
}

/// The cases that have rows in the document must be these.
///
/// # Panics
/// Where a case has no rows, or rows have no case.
pub fn complete(cases: &[Case]) {
    TABLE.complete(cases, Fault::ALL.len());
}

/// The columns after the name and the fault.
struct Cells {
    status: &'static str,
    cause: String,
    reported: String,
    recovered: String,
    pool: String,
    note: &'static str,
}

impl Cells {
    fn none(why: &'static str) -> Self {
        let [cause, reported, recovered, pool] = [(); 4].map(|()| "–".to_owned());
        Self { status: "n/a", cause, reported, recovered, pool, note: why }
    }

    fn row(&self, case: &Case, fault: Fault) -> String {
        let Self { status, cause, reported, recovered, pool, note } = self;
        row(&[case.name, fault.name(), status, cause, reported, recovered, pool, note])
    }
}

fn suffer(case: &Case, fault: Fault, expected: Said, stage: &mut Stage, watch: &Watch) -> Cells {
    stage.rest();
    let mut held = None;
    match fault {
        Fault::Healthy | Fault::WrongPassword => {}
        Fault::Killed => {
            stage.backend.kill();
            stage.proxy().set(Mode::Refuse);
        }
        Fault::Paused => stage.backend.pause(),
        Fault::Cut => stage.proxy().set(Mode::CutAnswer),
        Fault::Swallowed => stage.proxy().set(Mode::Swallow),
        Fault::Slow => stage.proxy().set(Mode::Delay(TIMEOUT * 8 / 10)),
        Fault::TooSlow => stage.proxy().set(Mode::Delay(TIMEOUT * 12 / 10)),
        Fault::Exhausted => held = stage.take_all().map(|taken| taken.expect("all connections can be had")),
        Fault::Restarted => restart(stage),
    }
    let begun = Instant::now();
    let other = (fault == Fault::WrongPassword).then(|| {
        let wrong = case.wrong.as_ref().expect("the case has a client with a wrong password");
        stage.connect(wrong)
    });
    let readings = {
        let other =
            other.as_ref().map(|other| Watch::new(other.check(), TIMEOUT, TIMEOUT * 3, stage.runtime()));
        let mut readings = settle(fault, expected, other.as_ref().unwrap_or(watch));
        // Another comes only after the first run has been dropped.
        if fault == Fault::Swallowed {
            readings.push(watch.ask());
        }
        readings
    };
    let last = readings.last().expect("it was asked once");
    let context = || format!("{}, {}: {readings:#?}", case.name, fault.name());
    assert!(last.is(expected), "{expected:?} expected: {}", context());
    let slowest = readings.iter().map(|reading| reading.took.as_secs_f64() / TIMEOUT.as_secs_f64());
    let reported = slowest.fold(0.0, f64::max);
    assert!(reported <= AT_MOST, "reported after {reported:.2} timeouts: {}", context());

    stage.let_go(other);
    match fault {
        Fault::Killed => restart(stage),
        Fault::Paused => stage.backend.resume(),
        _ => stage.proxy().set(Mode::Forward),
    }
    stage.give_back(held);
    let healed = if fault == Fault::Restarted { begun } else { Instant::now() };
    watch.passes(case.recovery).unwrap_or_else(|last| panic!("{last:#?} at last: {}", context()));
    let recovery = healed.elapsed();
    let pool = match stage.take_all() {
        None => "no pool".to_owned(),
        Some(Ok(held)) => {
            stage.give_back(Some(held));
            format!("all {}", stage.subject().limit())
        }
        Some(Err(error)) => panic!("not every connection can be had, {error}: {}", context()),
    };
    // So that the next fault begins well.
    watch.passes(case.recovery).unwrap_or_else(|last| panic!("{last:#?} at last: {}", context()));
    let spoilt = !matches!(fault, Fault::Healthy | Fault::Slow | Fault::WrongPassword);
    Cells {
        status: expected.status.as_str(),
        cause: expected.cause.map_or_else(|| "–".to_owned(), |cause| cause.to_string()),
        reported: format!("{reported:.2}"),
        recovered: if spoilt { format!("{:.2} s", recovery.as_secs_f64()) } else { "–".to_owned() },
        pool,
        note: case.notes.iter().find(|(noted, _)| *noted == fault).map_or("", |(_, why)| why),
    }
}

/// Starts the server anew, and the port opens again when it answers.
fn restart(stage: &mut Stage) {
    stage.backend.kill();
    stage.proxy().set(Mode::Refuse);
    stage.backend.restart();
    stage.proxy().set(Mode::Forward);
}

/// Asks until it is told what is expected: the first run after a fault may meet one of several connections. What is told before must
/// not be better than that.
fn settle(fault: Fault, expected: Said, watch: &Watch) -> Vec<Reading> {
    let mut readings = Vec::new();
    while readings.len() < RUNS {
        let reading = watch.ask();
        let settled = reading.is(expected);
        let better = reading.status() < expected.status;
        readings.push(reading);
        if settled || better || matches!(fault, Fault::Healthy | Fault::Slow) {
            break;
        }
    }
    readings
}
