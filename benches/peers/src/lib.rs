//! What the servers of the comparison have in common: the checks, and how the benchmarks talk to the process.
//!
//! A server prints its port, and after it a line with the runs so far for each line it is sent. It ends with its input.

use std::{
    io::{self, Write},
    process,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// How many checks each server has.
pub const CHECKS: usize = 10;

/// Where each server answers whether it is ready.
pub const PATH: &str = "/readyz";

static RUNS: AtomicU64 = AtomicU64::new(0);
static FIRST: OnceLock<First> = OnceLock::new();

/// What the first check does. All others do nothing.
enum First {
    Nothing,
    Blocks(Duration),
    Hangs,
}

/// Takes what the first check does from the command line: nothing, `hangs`, or `blocks` and for how many milliseconds.
///
/// # Panics
/// Where it says something else, or this is not the first call.
pub fn set_up(args: &[String]) {
    let first = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => First::Nothing,
        ["hangs"] => First::Hangs,
        ["blocks", milliseconds] => {
            First::Blocks(Duration::from_millis(milliseconds.parse().expect("milliseconds are a number")))
        }
        other => panic!("no such check: {other:?}"),
    };
    assert!(FIRST.set(first).is_ok(), "the checks are set up once");
}

/// The arguments of this process.
pub fn args() -> Vec<String> {
    std::env::args().skip(1).collect()
}

/// The names of the checks, with their numbers.
pub fn names() -> impl Iterator<Item = (usize, String)> {
    (0..CHECKS).map(|number| (number, format!("check-{number}")))
}

/// One run of a check.
pub async fn check(number: usize) {
    RUNS.fetch_add(1, Ordering::Relaxed);
    if number > 0 {
        return;
    }
    match FIRST.get() {
        Some(First::Blocks(time)) => thread::sleep(*time),
        Some(First::Hangs) => std::future::pending().await,
        Some(First::Nothing) | None => {}
    }
}

/// Prints the port, and from now on the runs when asked.
///
/// # Panics
/// Where nobody reads what is printed.
pub fn serve_runs(port: u16) {
    println!("{port}");
    thread::spawn(|| {
        for line in io::stdin().lines() {
            if line.is_err() || writeln!(io::stdout(), "{}", RUNS.load(Ordering::Relaxed)).is_err() {
                break;
            }
        }
        process::exit(0);
    });
}
