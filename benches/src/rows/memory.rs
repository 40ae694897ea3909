use crate::{Result, effort, resident, spread::Spread, table::Table};

const CHECKS: u32 = 10_000;
const ROUNDS: u32 = 5;

/// What a check takes of a process's memory, once it has run.
pub(crate) fn run(table: &mut Table) -> Result {
    let mut each = Vec::new();
    for _ in 0..effort::of(ROUNDS) {
        each.push((resident::bytes(CHECKS)? - resident::bytes(0)?) / f64::from(CHECKS));
    }
    let each = Spread::new(each);
    let is_ok = each.median() <= 1024.0;
    table.judge("memory_bytes_per_check", format!("{each:.0}"), "<= 1024", is_ok);
    Ok(())
}
