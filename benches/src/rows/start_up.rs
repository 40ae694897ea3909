use std::{
    io::{self, Read},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use super::{crates::Crates, sources::Functions::Checks};
use crate::{Result, effort, spread::Spread, table::Table};

const COUNT: u32 = 1000;
const ROUNDS: u32 = 101;

/// What each annotated function adds to the time from the start of a process until its monitor is built, which is also what its
/// code takes to be loaded.
pub(crate) fn run(table: &mut Table) -> Result {
    // One, as a monitor of none starts no thread.
    let crates = Crates::generate(&[effort::of(COUNT) + 1, 1])?;
    let (many, one) = (crates.binary(Checks, effort::of(COUNT) + 1)?, crates.binary(Checks, 1)?);
    let mut starts = Vec::new();
    for _ in 0..effort::of(ROUNDS) {
        starts.push((microseconds(&many)?, microseconds(&one)?));
    }
    let each = Spread::new(starts.iter().map(|(many, one)| (many - one) / f64::from(effort::of(COUNT))));
    let (many, one): (Vec<_>, Vec<_>) = starts.into_iter().unzip();
    let (many, one) = (Spread::new(many).median(), Spread::new(one).median());
    table.state(
        format!("start_up_us_per_check ({many:.0} and {one:.0} us of {} and 1)", effort::of(COUNT) + 1),
        each,
    );
    Ok(())
}

/// From the start until it says that the monitor is built.
fn microseconds(binary: &Path) -> Result<f64> {
    let began = Instant::now();
    let mut child = Command::new(binary).stdout(Stdio::piped()).spawn()?;
    let mut output = child.stdout.take().ok_or("it has no output")?;
    output.read_exact(&mut [0])?;
    let took = began.elapsed();
    io::copy(&mut output, &mut io::sink())?;
    let status = child.wait()?;
    if status.success() {
        Ok(took.as_secs_f64() * 1e6)
    } else {
        Err(format!("{}: {status}", binary.display()).into())
    }
}
