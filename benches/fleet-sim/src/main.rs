//! Many instances at once: what they do to a dependency that they share, and what its failures do to them.
//!
//! `cargo run --release -p fleet-sim` writes the figures and tables of `docs/scaling.md`; with `-- --check` it only compares. The
//! same bytes come out each time.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "times and counts are far below 2^52, and never negative"
)]

mod time;
mod chance;
mod settings;
mod counts;
mod world;
mod bound;
mod instance;
mod kubelet;
mod replica;
mod fleet;
mod figure;
mod table;
mod scenario;
mod plot;
mod document;
#[cfg(test)]
mod against_the_engine;

use std::{error::Error, path::Path, process::ExitCode};

use scenario::Size;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let write = match args {
        [] => document::write,
        ["--check"] => document::check,
        _ => return Err("there is one option: --check".into()),
    };
    let sections: Vec<_> = scenario::ALL
        .iter()
        .map(|(name, scenario)| {
            eprintln!("simulating {name} ..");
            scenario(Size::FULL)
        })
        .collect();
    write(&root, &document::files(&root, &sections)?)
}
