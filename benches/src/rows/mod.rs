use crate::{Result, table::Table};

mod allocations;
mod compile;
mod crates;
mod growth;
mod idle;
mod parallel;
mod scrape;
mod sources;
mod throughput;

/// Rows that are measured together.
pub(crate) struct Group {
    /// Where several begin alike, their common beginning.
    pub(crate) names: &'static [&'static str],
    pub(crate) run: fn(&mut Table) -> Result,
}

/// The quickest first.
pub(crate) const GROUPS: [Group; 9] = [
    Group { names: &["fresh_read_allocations"], run: allocations::fresh_read },
    Group { names: &["fresh_read"], run: throughput::fresh_read },
    Group { names: &["on_demand"], run: throughput::on_demand },
    Group { names: &["scrape_growth"], run: scrape::run },
    Group { names: &["parallel_100x50ms"], run: parallel::run },
    Group { names: &["watchdog_idle"], run: idle::watchdog },
    Group { names: &["fresh_read_growth"], run: growth::fresh_read },
    Group { names: &["run_growth"], run: growth::run },
    Group {
        names: &[
            "compile_per_check",
            "compile_time",
            "compile_vs_plain",
            "binary_bytes_per_check",
            "binary_size",
        ],
        run: compile::run,
    },
];
