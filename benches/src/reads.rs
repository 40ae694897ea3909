//! Reads of a fresh snapshot and nothing else, for an instruction counter to look at.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use actix_http::Request;

use crate::{
    Result,
    service::{Answers, InProcess, NEVER_AGAIN, block_on, monitor, request},
};

const READS: u32 = 2000;
/// The counter slows everything down, the first round as well.
const DEADLINE: Duration = Duration::from_secs(60);

/// Instructions that one request takes beside this many checks, counted by valgrind; `None` where there is none.
pub(crate) fn instructions(path: &str, checks: u32) -> Result<Option<f64>> {
    // The difference of two runs: what the first requests do more is in both.
    let (Some(all), Some(half)) = (collected(path, checks, READS)?, collected(path, checks, READS / 2)?)
    else {
        return Ok(None);
    };
    Ok(Some((all - half) / f64::from(READS - READS / 2)))
}

fn collected(path: &str, checks: u32, reads: u32) -> Result<Option<f64>> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*reads::fresh_read*"])
        .arg(std::env::current_exe()?)
        .args(["--role", "reads", path, &checks.to_string(), &reads.to_string()])
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let count = told.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    match count {
        Some(count) if output.status.success() => Ok(Some(count.parse()?)),
        _ => Err(format!("valgrind: {}: {told}", output.status).into()),
    }
}

/// The counted process.
pub(crate) fn run(args: &[&str]) -> Result {
    let [path, checks, reads] = args else { return Err("three arguments".into()) };
    let monitor = monitor(checks.parse()?, |check| check.interval(NEVER_AGAIN), DEADLINE)?;
    let reads: u32 = reads.parse()?;
    block_on(async {
        let service = InProcess::new(&monitor).await?;
        for _ in 0..reads {
            fresh_read(&service, request(path));
        }
        Ok(())
    })
}

/// Named on the counter's command line.
#[inline(never)]
fn fresh_read(service: &InProcess<impl Answers>, request: Request) {
    service.at_once(request);
}
