//! The memory that checks take, in a process that has nothing else.

use std::{fs, time::Duration};

use healthsdk::Selection;

use crate::{
    Result, part,
    service::{NEVER_AGAIN, block_on, monitor},
};

const DEADLINE: Duration = Duration::from_secs(60);

/// Bytes of a process in which so many checks have run.
pub(crate) fn bytes(checks: u32) -> Result<f64> {
    Ok(part::output("resident", [checks.to_string()])?.trim().parse()?)
}

/// The measured process.
pub(crate) fn run(args: &[&str]) -> Result {
    let [checks] = args else { return Err("one argument".into()) };
    // One more, or there would be none of what all of them share.
    let checks = checks.parse::<u32>()? + 1;
    let monitor = monitor(checks, |check| check.interval(NEVER_AGAIN), DEADLINE)?;
    // It waits for the first runs, and renders nothing.
    block_on(async { drop(monitor.report(Selection::everything()).await) });
    println!("{}", resident()?);
    drop(monitor);
    Ok(())
}

/// What the process has of its own, without the files that are mapped.
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).ok_or("no figure")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
