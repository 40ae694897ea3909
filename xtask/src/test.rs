use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs, process};

use xshell::{Shell, cmd};

use crate::{Result, node, python, setup};

/// Runs all tests, or with arguments those which they select, and tells at the end which ones were skipped.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    setup::run(sh);
    python::run(sh);
    node::run(sh);
    let list = env::temp_dir().join(format!("healthsdk-skipped-{}", process::id()));
    let mut failed = Vec::new();
    if tests(sh, args, &list).is_err() {
        failed.push("tests");
    }
    if args.is_empty() && cmd!(sh, "cargo test --workspace --all-features --doc").run().is_err() {
        failed.push("documentation tests");
    }
    tell_skipped(&list);
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

fn tests(sh: &Shell, args: &[&str], skipped: &Path) -> Result {
    let nextest = cmd!(sh, "cargo nextest --version").quiet().ignore_stdout().ignore_stderr().run().is_ok();
    let all: &[&str] = &["--workspace", "--all-features"];
    let chosen = if args.is_empty() { all } else { args };
    let runner = if nextest {
        cmd!(sh, "cargo nextest run --no-fail-fast {chosen...}")
    } else {
        cmd!(sh, "cargo test --tests --no-fail-fast {chosen...}")
    };
    Ok(runner.env("HEALTHSDK_TEST_SKIPPED", skipped).run()?)
}

fn tell_skipped(list: &Path) {
    let skipped = fs::read_to_string(list).unwrap_or_default();
    drop(fs::remove_file(list));
    let mut skipped: Vec<_> = skipped.lines().collect();
    skipped.sort_unstable();
    skipped.dedup();
    let names: BTreeSet<_> =
        skipped.iter().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
    for line in &skipped {
        println!("SKIPPED {line}");
    }
    match names.len() {
        0 => println!("0 skipped"),
        number => println!("{number} skipped: {}", names.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
