use xshell::{Shell, cmd};

use crate::Result;

/// What other features could make dearer, in a second part of the document.
const EQUIPPED: [&str; 5] = ["--append", "hot_", "fresh_read", "on_demand", "pages_"];
/// What is measured in processes of its own, beside the benchmarks.
const SERVERS: [&str; 2] = ["healthsdk-peers", "healthsdk-article"];

pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    match args {
        ["--build"] => build(sh),
        ["--everything", args @ ..] => measure(sh, &["--features", "everything"], args),
        [] => whole(sh, &[]),
        ["--quick"] => whole(sh, args),
        args => measure(sh, &[], args),
    }
}

/// The second part whatever became of the first.
fn whole(sh: &Shell, args: &[&str]) -> Result {
    let plain = measure(sh, &[], args);
    let equipped = measure(sh, &["--features", "everything"], &[&EQUIPPED, args].concat());
    let failed: Vec<_> = [plain, equipped].into_iter().filter_map(Result::err).collect();
    for error in &failed {
        eprintln!("error: {error}");
    }
    if failed.is_empty() { Ok(()) } else { Err("not everything could be measured".into()) }
}

fn measure(sh: &Shell, features: &[&str], args: &[&str]) -> Result {
    Ok(cmd!(sh, "cargo run --release -p healthsdk-benches {features...} -- {args...}").run()?)
}

fn build(sh: &Shell) -> Result {
    for server in SERVERS {
        cmd!(sh, "cargo build --release -p {server}").run()?;
    }
    cmd!(sh, "cargo build --release -p healthsdk-benches --features everything").run()?;
    Ok(cmd!(sh, "cargo build --release -p healthsdk-benches").run()?)
}
