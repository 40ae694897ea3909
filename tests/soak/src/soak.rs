//! The entry of the soak.

use std::process::ExitCode;

use crate::course;
use crate::options::Options;

/// Runs a soak as the arguments say. It fails where an invariant did, and where it could not be run at all.
pub fn run(args: impl IntoIterator<Item = String>) -> ExitCode {
    let options = match Options::read(args) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}\nusage: [minutes] [--seed N] [--planted NAME] [--servers a,b]");
            return ExitCode::from(2);
        }
    };
    match course::run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
