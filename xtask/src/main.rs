//! The automation of this workspace: `cargo xtask` lists what it does.

mod bench;
mod ci;
mod node;
mod python;
mod readme;
mod setup;
mod test;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use xshell::Shell;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "\
cargo xtask test [ARGS]   set up what the tests need, run all of them; with ARGS for the runner, those they select
cargo xtask bench [ARGS]  run all benchmarks and write docs/benchmarks.md; with ARGS, those that have a row of that name; with
                          --everything first, with every feature on
cargo xtask ci            everything that must pass before a change lands
";

const COMMANDS: [&str; 3] = ["test", "bench", "ci"];

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
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
        ["ci"] => ci::run(&sh)?,
        other => {
            eprint!("{USAGE}");
            return Ok(if other.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}
