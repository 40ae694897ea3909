use super::peers::binaries;
use crate::{Result, spread::Spread, table::Table};

/// Milliseconds.
const BAR: f64 = 150.0;

/// The time until ten dependencies of 20 to 120 ms have been asked, by a program of its own, as it needs their clients.
pub(crate) fn run(table: &mut Table) -> Result {
    let output = std::process::Command::new(binaries("healthsdk-article")?.join("article")).output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    let told = String::from_utf8(output.stdout)?;
    if let Some(reason) = told.strip_prefix("skipped: ") {
        table.skip("article", reason.trim_end());
        return Ok(());
    }
    let answers = told.lines().map(answer).collect::<Result<Vec<_>>>()?;
    let (took, codes): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
    let (count, ok) = (codes.len(), codes.iter().filter(|code| **code == "200").count());
    let slowest = took.iter().copied().fold(0.0, f64::max);
    table.judge("article_slowest (ms)", format!("{slowest:.1}"), format!("<= {BAR}"), slowest <= BAR);
    table.state("article_usual (ms)", format!("{:.1}", Spread::new(took)));
    table.judge("article_answers (that say ok)", format!("{ok} of {count}"), "all", ok == count);
    Ok(())
}

fn answer(line: &str) -> Result<(f64, &str)> {
    let (took, code) = line.split_once(' ').ok_or("no code")?;
    Ok((took.parse()?, code))
}
