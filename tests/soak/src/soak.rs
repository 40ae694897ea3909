//! The entry of the soak.

use std::error::Error;
use std::process::ExitCode;

use crate::course;
use crate::end::End;
use crate::options::Options;

const USAGE: &str = "usage: [minutes] [--seed N] [--planted NAME|all] [--servers a,b]";

/// Runs a soak as the arguments say, or one for each planted bug. The exit codes are in `docs/soak.md`.
pub fn run(args: impl IntoIterator<Item = String>) -> ExitCode {
    let options = match Options::read(args) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}\n{USAGE}");
            return End::Failed.into();
        }
    };
    match all(&options) {
        Ok(end) => end.into(),
        Err(error) => {
            eprintln!("error: {error}");
            End::Failed.into()
        }
    }
}

fn all(options: &Options) -> Result<End, Box<dyn Error>> {
    if options.planted.is_empty() {
        return course::run(options, None);
    }
    if !cfg!(healthsdk_planted) {
        return Err("this build has no bugs: cargo xtask soak --planted makes one that has".into());
    }
    let mut worst = End::Well;
    for bug in &options.planted {
        println!("\n== planted: {}", bug.name);
        worst = worst.max(course::run(options, Some(*bug))?);
    }
    Ok(worst)
}
