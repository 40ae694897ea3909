//! The benchmarks: a table of what is promised about cost, each row a ratio within one run, against a bar.
//!
//! `cargo run --release -p healthsdk-benches -- [filter]..` runs the groups that have a row whose name contains a filter. Without
//! any, everything is measured and `docs/benchmarks.md` written, unless it is `--quick`.

#[cfg(feature = "everything")]
mod everything;
#[cfg(not(feature = "everything"))]
#[path = "default.rs"]
mod everything;
mod document;
mod effort;
mod latency;
mod load;
mod machine;
mod ordinary;
mod paced;
mod part;
mod polled;
mod processor;
mod reads;
mod resident;
mod rows;
mod server;
mod service;
mod spread;
mod table;
mod versus;

use std::{
    error::Error,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
    time::Instant,
};

use table::Table;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        [part::FLAG, name, args @ ..] => part(name, args),
        args => benches(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

type Part = fn(&[&str]) -> Result;

/// What another process does, by its name.
const PARTS: &[(&str, Part)] = &[
    ("latency", latency::run),
    ("load", load::run),
    ("ordinary", ordinary::run),
    ("reads", reads::run),
    ("versus", versus::run),
    ("resident", resident::run),
];

fn part(name: &str, args: &[&str]) -> Result {
    let (_, run) = PARTS.iter().find(|(part, _)| *part == name).ok_or("no such part")?;
    part::limit();
    run(args)
}

/// Puts what is measured at the end of what a whole run has written.
const APPEND: &str = "--append";
/// Measures a little of everything, and writes nothing.
const QUICK: &str = "--quick";

fn benches(args: &[&str]) -> Result {
    let (flags, filters): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| arg.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| ![APPEND, QUICK].contains(flag)) {
        return Err(format!("no such option: {unknown}; there are parts of the names of rows").into());
    }
    if flags.contains(&QUICK) {
        effort::quick();
    }
    let table = measured(&filters);
    print!("{table}");
    if effort::is_quick() {
        eprintln!("these figures say nothing: too little was measured");
    } else if flags.contains(&APPEND) {
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
        let began = Instant::now();
        match panic::catch_unwind(AssertUnwindSafe(|| (group.run)(&mut table))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => table.fail(group.names.join(", "), error),
            Err(_) => table.fail(group.names.join(", "), "it panicked"),
        }
        eprintln!("  .. in {:.1?}", began.elapsed());
    }
    table
}
