use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use crate::{Result, tool};

const SECONDS: u64 = 60;

/// What one target came to.
#[derive(Debug, Default, PartialEq)]
struct Reached {
    runs: u64,
    seconds: u64,
    /// Edges of the program that were taken, of how many there are.
    edges: u64,
    all: u64,
    /// Combinations of edges and how often they were taken.
    features: u64,
    corpus: u64,
    /// The input that breaks a promise.
    finding: Option<String>,
}

/// Runs all fuzz targets in turn, or those that are named, for so many seconds each; stops at the first finding.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    let (seconds, named) = match args {
        [first, named @ ..] if first.parse::<u64>().is_ok() => (first.parse()?, named),
        named => (SECONDS, named),
    };
    let all = targets(Path::new("fuzz"))?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(**name)) {
        return Err(format!("there is no fuzz target `{unknown}`; there are {all:?}").into());
    }
    tool::install(sh, "cargo-fuzz", "0.13.2")?;
    for target in all.iter().filter(|target| named.is_empty() || named.contains(&target.as_str())) {
        println!("{target} runs for {seconds} s");
        let reached = fuzz(sh, target, seconds)?;
        println!("{}", told(target, &reached));
        if let Some(input) = reached.finding {
            return Err(format!("`{target}` has a finding, with {input}").into());
        }
    }
    Ok(())
}

/// The names of all targets.
fn targets(folder: &Path) -> Result<BTreeSet<String>> {
    let files = fs::read_dir(folder.join("fuzz_targets"))?.map(|file| Ok(file?.path()));
    let names = files.map(|path: Result<_>| Ok(path?.with_extension("").file_name().map(ToOwned::to_owned)));
    let names: Vec<_> = names.collect::<Result<_>>()?;
    Ok(names.into_iter().flatten().filter_map(|name| name.into_string().ok()).collect())
}

// No sanitizer: there is no `unsafe` here, and a stable compiler will do. What it finds goes to a corpus that is not committed.
fn fuzz(sh: &Shell, target: &str, seconds: u64) -> Result<Reached> {
    let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
    sh.create_dir(&corpus)?;
    let limits = ["-max_len=2048", "-timeout=20", "-rss_limit_mb=4096"];
    let run = cmd!(sh, "cargo fuzz run --fuzz-dir fuzz --sanitizer none {target} {corpus} {seeds}");
    let output =
        run.arg("--").arg(format!("-max_total_time={seconds}")).args(limits).ignore_status().output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    let reached = reached(&log);
    if !output.status.success() && reached.finding.is_none() {
        return Err(format!("`{target}` does not run:\n{log}").into());
    }
    if reached.finding.is_some() {
        eprintln!("{log}");
    }
    Ok(reached)
}

/// Out of what libFuzzer writes.
fn reached(log: &str) -> Reached {
    let mut reached = Reached::default();
    for line in log.lines() {
        let after = |key: &str| Some(number(line.split_once(key)?.1));
        reached.edges = after(" cov: ").unwrap_or(reached.edges);
        reached.features = after(" ft: ").unwrap_or(reached.features);
        reached.corpus = after(" corp: ").unwrap_or(reached.corpus);
        if line.contains("inline 8-bit counters)") {
            reached.all = after(" modules   (").unwrap_or_default();
        }
        if let Some((runs, seconds)) =
            line.strip_prefix("Done ").and_then(|done| done.split_once(" runs in "))
        {
            (reached.runs, reached.seconds) = (number(runs), number(seconds));
        }
        if let Some((_, input)) = line.split_once("Test unit written to ") {
            reached.finding = Some(input.trim().to_owned());
        }
    }
    reached
}

/// That the text begins with.
fn number(text: &str) -> u64 {
    text.bytes().take_while(u8::is_ascii_digit).fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

fn told(target: &str, reached: &Reached) -> String {
    let Reached { runs, seconds, edges, all, features, corpus, .. } = reached;
    let rate = runs / (*seconds).max(1);
    format!(
        "{target:<13} {runs:>10} runs in {seconds} s ({rate} a second), coverage {edges} of {all} edges, {features} features, corpus of {corpus}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz");

    #[test]
    fn the_figures_are_those_of_the_last_line() {
        let log = "\
INFO: Loaded 1 modules   (4711 inline 8-bit counters): 4711 [0x1, 0x2),
#2\tINITED cov: 17 ft: 18 corp: 1/1b exec/s: 0 rss: 40Mb
#99\tDONE   cov: 345 ft: 1234 corp: 56/7890b lim: 4096 exec/s: 33 rss: 50Mb
Done 99 runs in 3 second(s)";
        let expected = Reached {
            runs: 99,
            seconds: 3,
            edges: 345,
            all: 4711,
            features: 1234,
            corpus: 56,
            finding: None,
        };
        assert_eq!(reached(log), expected);
        assert!(told("x", &expected).contains("99 runs in 3 s (33 a second), coverage 345 of 4711 edges"));
    }

    #[test]
    fn a_finding_is_the_input_that_was_written() {
        let log = "artifact_prefix='fuzz/'; Test unit written to fuzz/artifacts/text/crash-0a";
        assert_eq!(reached(log).finding.as_deref(), Some("fuzz/artifacts/text/crash-0a"));
    }

    #[test]
    fn every_target_is_built_by_the_manifest_and_run_with_seeds_by_a_test() {
        let manifest = fs::read_to_string(format!("{FOLDER}/Cargo.toml")).expect("it is there");
        let tests = ["healthsdk/src/fuzzing/tests.rs", "healthsdk-macros/src/tests/fuzzing.rs"];
        let tests = tests.map(|file| fs::read_to_string(format!("{FOLDER}/../{file}")).expect("it is there"));
        for target in targets(Path::new(FOLDER)).expect("they can be listed") {
            assert!(
                manifest.contains(&format!("name = \"{target}\"\npath = \"fuzz_targets/{target}.rs\"")),
                "{target}"
            );
            assert!(tests.concat().contains(&format!("replay(\"{target}\", ")), "{target}");
            assert!(Path::new(FOLDER).join("seeds").join(&target).is_dir(), "{target}");
        }
    }
}
