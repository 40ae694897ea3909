//! The automation of this workspace: `cargo xtask` lists what it does.

mod bench;
mod ci;
mod deny;
mod docs;
mod fuzz;
mod metadata;
mod minimal_versions;
mod miri;
mod msrv;
mod mutants;
mod node;
mod portable;
mod public_api;
mod python;
mod readme;
mod rustdoc;
mod semver;
mod setup;
mod skipped;
mod soak;
mod test;
mod tool;
#[cfg(test)]
mod workflows;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use xshell::Shell;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "\
cargo xtask test [ARGS]   set up what the tests need, run all of them; with ARGS for the runner, those they select
cargo xtask bench [ARGS]  run all benchmarks and write docs/benchmarks.md; with ARGS, those that have a row of that name; with
                          --everything first, with every feature on; with --quick alone, little of all, to see that it works;
                          with --build, none
cargo xtask fuzz [ARGS]   run the fuzz targets for a minute each; with SECONDS [TARGET..], for so long those
cargo xtask soak [ARGS]   break at random what a service depends on for 5 or so many minutes; see docs/soak.md
cargo xtask mutants [ARGS]
                          mutate the core and the attributes; tell what the unit tests let pass; with [--shard K/N] [FILES..], one
                          of N parts, or these files
cargo xtask ci            everything that must pass before a change lands
cargo xtask deny          licences, sources and duplicates of all dependencies, by cargo-deny
cargo xtask advisories    what is known to be wrong with them, out of a database that is fetched
cargo xtask minimal-versions [ARGS]
                          build healthsdk with the lowest versions of them; with ARGS for `cargo check`
cargo xtask msrv          compare the compilers that they ask for with the one promised, build healthsdk with that
cargo xtask public-api    write down what users can name in docs/public-api; with --check, compare it
cargo xtask semver        compare what users can name with the newest published version, by cargo-semver-checks
cargo xtask docs          build the documentation as docs.rs does
cargo xtask miri          run the tests that Miri can
cargo xtask portable      lints and tests of what has to work on every system
";

/// What `USAGE` lists.
fn verbs() -> impl Iterator<Item = &'static str> {
    USAGE.lines().filter_map(|line| line.strip_prefix("cargo xtask ")?.split_whitespace().next())
}

fn main() -> ExitCode {
    if let Some(code) = rustdoc::stand_in().or_else(soak::stand_in) {
        return code;
    }
    match run() {
        Ok(code) => code,
        Err(reason) if skipped::may_be(&*reason) => {
            println!("SKIPPED {}: {reason}", std::env::args().nth(1).unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let sh = Shell::new()?;
    sh.change_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test", args @ ..] => test::run(&sh, args)?,
        ["bench", args @ ..] => bench::run(&sh, args)?,
        ["fuzz", args @ ..] => fuzz::run(&sh, args)?,
        ["soak", args @ ..] => return soak::run(&sh, args),
        ["mutants", args @ ..] => mutants::run(&sh, args)?,
        ["ci"] => ci::run(&sh)?,
        ["deny"] => deny::run(&sh)?,
        ["advisories"] => deny::advisories(&sh)?,
        ["minimal-versions", args @ ..] => minimal_versions::run(&sh, args)?,
        ["msrv"] => msrv::run(&sh)?,
        ["public-api"] => public_api::write(&sh)?,
        ["public-api", "--check"] => public_api::check(&sh)?,
        ["semver"] => semver::run(&sh)?,
        ["docs"] => docs::run(&sh)?,
        ["portable"] => portable::run(&sh)?,
        ["miri"] => miri::run(&sh)?,
        other => {
            let asked = matches!(other, [] | ["help" | "--help" | "-h", ..]);
            eprint!("{USAGE}");
            return Ok(if asked { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}
