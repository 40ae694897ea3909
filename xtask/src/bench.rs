use xshell::{Shell, cmd};

use crate::Result;

/// What other features could make dearer, in a second part of the document.
const EQUIPPED: [&str; 4] = ["--append", "hot_", "fresh_read", "on_demand"];

pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    match args {
        ["--everything", args @ ..] => everything(sh, args),
        [] => {
            plain(sh, &[])?;
            everything(sh, &EQUIPPED)
        }
        args => plain(sh, args),
    }
}

fn plain(sh: &Shell, args: &[&str]) -> Result {
    Ok(cmd!(sh, "cargo run --release -p healthsdk-benches -- {args...}").run()?)
}

fn everything(sh: &Shell, args: &[&str]) -> Result {
    Ok(cmd!(sh, "cargo run --release -p healthsdk-benches --features everything -- {args...}").run()?)
}
