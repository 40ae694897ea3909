//! Reads of a fresh snapshot and nothing else, for an instruction counter to look at.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use actix_http::Request;
use healthsdk::Details;

use crate::{
    Result, effort, part,
    service::{Answers, BARE, Copied, InProcess, block_on, detailed, request},
};

const READS: u32 = 1000;
/// The counter slows everything down, the first round as well.
const DEADLINE: Duration = Duration::from_secs(60);

/// What is asked, and by whom.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    pub(crate) checks: u32,
    /// The caller is told everything.
    pub(crate) detailed: bool,
    /// Not the probe answers, but a handler that has the same bytes at hand.
    pub(crate) copied: bool,
}

impl<'a> Asked<'a> {
    pub(crate) fn by_stranger(path: &'a str, checks: u32) -> Self {
        Self { path, checks, detailed: false, copied: false }
    }
}

/// Instructions that one request takes, counted by valgrind; `None` where there is none. By callgrind itself and not through
/// iai-callgrind: that needs a runner of its very version to be installed beside valgrind, and each read in an executable of its own.
pub(crate) fn instructions(asked: Asked<'_>) -> Result<Option<f64>> {
    // The difference of two runs: what the first requests do more is in both.
    let reads = effort::of(READS);
    let (Some(all), Some(half)) = (collected(asked, reads)?, collected(asked, reads / 2)?) else {
        return Ok(None);
    };
    Ok(Some((all - half) / f64::from(reads - reads / 2)))
}

fn collected(asked: Asked<'_>, reads: u32) -> Result<Option<f64>> {
    let Asked { path, checks, detailed, copied } = asked;
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*reads::fresh_read*"])
        .arg(std::env::current_exe()?)
        .args([part::FLAG, "reads", path, &checks.to_string(), &reads.to_string()])
        .args([detailed, copied].map(|flag| flag.to_string()))
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
    let [path, checks, reads, details, same_bytes] = args else { return Err("five arguments".into()) };
    let details = if details.parse()? { Details::Always } else { Details::Never };
    let monitor = detailed(checks.parse()?, details, DEADLINE)?;
    let reads: u32 = reads.parse()?;
    let copied = if same_bytes.parse()? { Some(Copied::of(&monitor, path)?) } else { None };
    let path = if copied.is_some() { BARE } else { path };
    block_on(async {
        // Waits for the first runs.
        drop(InProcess::new(&monitor).await?);
        let service = InProcess::mounted(&monitor, copied).await;
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
