//! The benchmarks: a table of what is promised about cost, each row a ratio within one run, against a bar.
//!
//! `cargo run --release -p healthsdk-benches -- [filter]..` runs the groups that have a row whose name contains a filter. Without
//! any, everything is measured and `docs/benchmarks.md` written.

#[cfg(feature = "everything")]
mod everything;
#[cfg(not(feature = "everything"))]
#[path = "default.rs"]
mod everything;
mod document;
mod load;
mod machine;
mod ordinary;
mod polled;
mod reads;
mod resident;
mod rows;
mod server;
mod service;
mod spread;
mod table;
mod versus;

use std::{error::Error, process::ExitCode};

use table::Table;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--role", "load", args @ ..] => load::run(args),
        ["--role", "ordinary", args @ ..] => ordinary::run(args),
        ["--role", "reads", args @ ..] => reads::run(args),
        ["--role", "versus", args @ ..] => versus::run(args),
        ["--role", "resident", args @ ..] => resident::run(args),
        filters => benches(filters),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Puts what is measured at the end of what a whole run has written.
const APPEND: &str = "--append";

fn benches(args: &[&str]) -> Result {
    let (flags, filters): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| arg.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| **flag != APPEND) {
        return Err(format!("no such option: {unknown}; there are parts of the names of rows").into());
    }
    let table = measured(&filters);
    print!("{table}");
    if flags.contains(&APPEND) {
        document::append(&table)?;
    } else if filters.is_empty() && !cfg!(feature = "everything") {
        document::write(&table)?;
    }
    if table.has_failed() { Err("not everything could be measured".into()) } else { Ok(()) }
}

fn measured(filters: &[&str]) -> Table {
    let wanted = |names: &[&str]| {
        filters.is_empty() || filters.iter().any(|filter| names.iter().any(|name| name.contains(filter)))
    };
    let mut table = Table::default();
    for group in rows::GROUPS.iter().filter(|group| wanted(group.names)) {
        eprintln!("running {} ..", group.names.join(", "));
        table.begin(group.about);
        if let Err(error) = (group.run)(&mut table) {
            table.fail(group.names.join(", "), error);
        }
    }
    table
}
