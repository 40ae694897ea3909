//! The benchmarks: a table of what is promised about cost, each row a ratio within one run, against a bar.
//!
//! `cargo run --release -p healthsdk-benches -- [filter]..` runs the groups that have a row whose name contains a filter.

#[cfg(feature = "everything")]
mod everything;
#[cfg(not(feature = "everything"))]
#[path = "default.rs"]
mod everything;
mod load;
mod reads;
mod rows;
mod server;
mod service;
mod spread;
mod table;

use std::{error::Error, process::ExitCode};

use table::Table;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--role", "load", args @ ..] => load::run(args),
        ["--role", "reads", args @ ..] => reads::run(args),
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

fn benches(args: &[&str]) -> Result {
    let (flags, filters): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| arg.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--all") {
        return Err(
            format!("no such option: {unknown}; there are `--all` and parts of the names of rows").into()
        );
    }
    let wanted = |names: &[&str]| {
        filters.is_empty() || filters.iter().any(|filter| names.iter().any(|name| name.contains(filter)))
    };
    let (mut table, mut failed) = (Table::default(), Vec::new());
    for group in rows::GROUPS.iter().filter(|group| wanted(group.names)) {
        eprintln!("running {} ..", group.names.join(", "));
        if let Err(error) = (group.run)(&mut table) {
            failed.push(format!("{}: {error}", group.names.join(", ")));
        }
    }
    print!("{table}");
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}
