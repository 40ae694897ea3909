//! The end: SIGTERM amid ordinary requests.

use std::thread;
use std::time::{Duration, Instant};

use healthsdk_tests::http;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cast::{DRAIN_DELAY, GRACE};
use crate::limits::{DEADLINE, MARGIN};
use crate::process::lives;
use crate::shared::Shared;
use crate::tally::Worth;
use crate::violations::Invariant;

const LOOK: Duration = Duration::from_millis(20);

/// Readiness ends at once, liveness stays, ordinary requests are answered until the load balancer has seen it, and the
/// process ends within its grace period.
pub(crate) fn run(pid: Pid, shared: &Shared) {
    if !lives(pid) {
        return;
    }
    shared.counts.tallies.add(Invariant::Drain, Worth::Judged);
    let told = Instant::now();
    let _ = kill(pid, Signal::SIGTERM);
    let seen = loop {
        if code("/readyz", shared) == Some(503) || told.elapsed() > GRACE {
            break told.elapsed();
        }
        thread::sleep(LOOK);
    };
    let lag = shared.lag(told, Instant::now());
    let most = DEADLINE + MARGIN + lag;
    if seen > most {
        shared.note(
            Invariant::Drain,
            told,
            format!("unready {seen:.0?} after SIGTERM"),
            format!("{most:.0?}"),
        );
    }
    while told.elapsed() < DRAIN_DELAY / 2 {
        let livez = code("/livez", shared);
        if livez != Some(200) {
            shared.note(Invariant::Drain, Instant::now(), format!("/livez {livez:?} in the drain"), 200);
            break;
        }
        thread::sleep(LOOK);
    }
    // The load balancer has taken it out.
    shared.phase.end_traffic();
    let most = GRACE + MARGIN + Duration::from_secs(1);
    while lives(pid) {
        if told.elapsed() > most {
            shared.note(Invariant::Drain, told, "the process runs on", format!("its end within {most:.0?}"));
            return;
        }
        thread::sleep(LOOK);
    }
    println!(
        "drained in {:.1} s, unready after {:.0} ms",
        told.elapsed().as_secs_f64(),
        seen.as_secs_f64() * 1e3
    );
}

fn code(path: &str, shared: &Shared) -> Option<u16> {
    let get = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    http::request(shared.web, get.as_bytes()).ok().map(|answer| answer.status)
}
