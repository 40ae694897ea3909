use crate::{
    Result,
    everything::PAGES,
    reads::{self, Asked},
    service::READY,
    table::Table,
};

const CHECKS: u32 = 10;
const BAR: f64 = 1.25;
const FORMATS: [&str; 8] =
    ["json", "kubernetes", "health-json", "spring", "spring-v2", "microprofile", "xabaril", "problem"];

/// What there is at `/health` beside reports, for few.
const DOCUMENTS: [&str; 4] = ["openmetrics", "prometheus", "contract", "contract-markdown"];

/// Instructions of a probe in each format, against a handler that has the same bytes at hand.
pub(crate) fn run(table: &mut Table) -> Result {
    for (who, detailed) in [("authorised", true), ("strangers", false)] {
        for format in FORMATS {
            let path = format!("{READY}?format={format}");
            let asked = Asked { path: &path, checks: CHECKS, detailed, copied: false };
            let Some((from, ratio)) = measured(asked)? else {
                table.skip("formats", "no valgrind");
                return Ok(());
            };
            let name = format!("formats_{who}_{format} ({from})");
            table.judge(name, format!("{ratio:.3}"), format!("<= {BAR}"), ratio <= BAR);
        }
    }
    Ok(())
}

/// The same of pages for scrapers and people, which no probe asks for.
pub(crate) fn pages(table: &mut Table) -> Result {
    for format in DOCUMENTS.iter().chain(PAGES) {
        let path = format!("/health?format={format}");
        let asked = Asked { path: &path, checks: CHECKS, detailed: true, copied: false };
        let Some((from, ratio)) = measured(asked)? else {
            table.skip("pages", "no valgrind");
            return Ok(());
        };
        table.state(format!("pages_{format} ({from})"), format!("{ratio:.3}"));
    }
    Ok(())
}

/// What it comes from, and the ratio.
fn measured(asked: Asked<'_>) -> Result<Option<(String, f64)>> {
    let probe = reads::instructions(asked)?;
    let copy = reads::instructions(Asked { copied: true, ..asked })?;
    Ok(probe.zip(copy).map(|(probe, copy)| (format!("{probe:.0} of {copy:.0} instructions"), probe / copy)))
}
