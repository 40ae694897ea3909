use crate::{
    Result,
    reads::{self, Asked},
    service::READY,
    table::Table,
};

const CHECKS: u32 = 10;
const BAR: f64 = 1.25;
const FORMATS: [&str; 8] =
    ["json", "kubernetes", "health-json", "spring", "spring-v2", "microprofile", "xabaril", "problem"];

/// Instructions of a probe in each format, against a handler that has the same bytes at hand.
pub(crate) fn run(table: &mut Table) -> Result {
    for (who, detailed) in [("authorised", true), ("strangers", false)] {
        for format in FORMATS {
            let path = format!("{READY}?format={format}");
            let asked = Asked { path: &path, checks: CHECKS, detailed, copied: false };
            let Some(probe) = reads::instructions(asked)? else {
                table.skip("formats", "no valgrind");
                return Ok(());
            };
            let copy = reads::instructions(Asked { copied: true, ..asked })?.unwrap_or(f64::NAN);
            let (name, ratio) = (format!("formats_{who}_{format} ({probe:.0} of {copy:.0})"), probe / copy);
            table.judge(name, format!("{ratio:.3}"), format!("<= {BAR}"), ratio <= BAR);
        }
    }
    Ok(())
}
