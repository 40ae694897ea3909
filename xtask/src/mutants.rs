//! What the unit tests let pass, measured by `cargo mutants`, against the list of what is known in `docs/mutants.md`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{Result, tool};

const KNOWN: &str = "docs/mutants.md";

struct Core {
    package: &'static str,
    files: &'static [&'static str],
    /// The package that has its tests, and the program that they are.
    tests: &'static str,
    program: &'static [&'static str],
}

const CORES: [Core; 2] = [
    Core {
        package: "healthsdk-macros",
        files: &["healthsdk-macros/src/**"],
        tests: "healthsdk-expand-tests",
        program: &["--test=expand"],
    },
    Core {
        package: "healthsdk",
        files: &[
            "healthsdk/src/last.rs",
            "healthsdk/src/lifecycle.rs",
            "healthsdk/src/plan.rs",
            "healthsdk/src/plan/**",
            "healthsdk/src/report.rs",
            "healthsdk/src/run/**",
            "healthsdk/src/timing.rs",
        ],
        tests: "healthsdk",
        program: &["--lib", "--features=grpc,systemd"],
    },
];

/// Of each file: caught, missed, ended by the time limit, and not to be compiled.
type Scores = BTreeMap<String, [usize; 4]>;

/// Mutates the core and the attributes, or the files named here alone, or one of N parts of that, by `--shard K/N`. Fails where
/// something is missed that is not known.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    tool::install(sh, "cargo-mutants", "27.1.0")?;
    let (shard, files) = parts(args);
    for file in files {
        see_that_there_is(sh, file)?;
    }
    let (mut scores, mut missed) = (Scores::new(), Vec::new());
    for core in CORES {
        let named: Vec<_> = files.iter().filter(|file| core.has(file)).copied().collect();
        let chosen = if files.is_empty() { core.files } else { &named };
        if !chosen.is_empty() {
            count(&outcomes(sh, &core, chosen, shard)?, &mut scores, &mut missed);
        }
    }
    for (file, [caught, missed, timeout, unviable]) in &scores {
        println!("{file}: {caught} caught, {missed} missed, {timeout} timed out, {unviable} unviable");
    }
    let known = fs::read_to_string(sh.current_dir().join(KNOWN))?;
    let unknown = unknown(missed, &known);
    for mutant in &unknown {
        println!("survives, and {KNOWN} does not say why: {mutant}");
    }
    if unknown.is_empty() { Ok(()) } else { Err(format!("{} mutants survive", unknown.len()).into()) }
}

impl Core {
    fn has(&self, file: &str) -> bool {
        file.strip_prefix(self.package).is_some_and(|rest| rest.starts_with("/src/"))
    }
}

/// The option, if any, and the files.
fn parts<'a>(args: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    args.split_at(if args.first() == Some(&"--shard") { args.len().min(2) } else { 0 })
}

/// A name that stands for no file would let everything pass.
fn see_that_there_is(sh: &Shell, file: &str) -> Result {
    let core = CORES.into_iter().find(|core| core.has(file));
    let found = core.map(|Core { package, .. }| {
        cmd!(sh, "cargo mutants --list-files --package {package} --file {file}").ignore_stderr().read()
    });
    if found.transpose()?.is_some_and(|found| !found.is_empty()) { Ok(()) } else { Err(nothing(file).into()) }
}

fn nothing(file: &str) -> String {
    let core = CORES.iter().flat_map(|core| core.files).copied().collect::<Vec<_>>().join(", ");
    let folders = CORES.map(|core| format!("{}/src", core.package)).join(" and ");
    format!("there is nothing to mutate at `{file}`; there are {core}, and other files in {folders}")
}

/// One after the other in one folder, so that each is built from what the one before left.
fn outcomes(sh: &Shell, core: &Core, files: &[&str], shard: &[&str]) -> Result<Value> {
    let Core { package, tests, program, .. } = *core;
    let folder = sh.current_dir().join("target/mutants");
    let built = [
        ("CARGO_TARGET_DIR", folder.join("build")),
        ("CARGO_PROFILE_DEV_DEBUG", "0".into()),
        ("CARGO_INCREMENTAL", "1".into()),
    ];
    // So that no mutant has to wait for what all are built on.
    cmd!(sh, "cargo test --package {tests} {program...}").envs(built.clone()).run()?;
    let out = folder.join(package);
    sh.create_dir(&out)?;
    sh.remove_path(out.join("mutants.out"))?;
    let files = files.iter().flat_map(|file| ["--file", file]);
    let program = program.iter().flat_map(|arg| ["--cargo-arg", arg]);
    // Its code tells that something was missed, as the report does; where it fails itself, there is none.
    cmd!(
        sh,
        "cargo mutants --package {package} {files...} --test-package {tests} {program...} --output {out} {shard...}"
    )
    .args(["--baseline=skip", "--build-timeout=900", "--timeout=120"])
    .envs(built)
    .ignore_status()
    .run()?;
    let out = out.join("mutants.out");
    // Of no mutants there are no outcomes, as in a part of a small file.
    let mutants: Vec<Value> = serde_json::from_str(&sh.read_file(out.join("mutants.json"))?)?;
    if mutants.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(&sh.read_file(out.join("outcomes.json"))?)?)
}

fn count(outcomes: &Value, scores: &mut Scores, missed: &mut Vec<String>) {
    for outcome in outcomes["outcomes"].as_array().into_iter().flatten() {
        let mutant = &outcome["scenario"]["Mutant"];
        let (Some(file), Some(name)) = (mutant["file"].as_str(), mutant["name"].as_str()) else { continue };
        let column = match outcome["summary"].as_str() {
            Some("CaughtMutant") => 0,
            Some("MissedMutant") => 1,
            // Who knows what was not built in time?
            Some("Timeout") if !was_built(outcome) => 1,
            Some("Timeout") => 2,
            _ => 3,
        };
        scores.entry(file.to_owned()).or_default()[column] += 1;
        if column == 1 {
            missed.push(placeless(name));
        }
    }
}

fn was_built(outcome: &Value) -> bool {
    outcome["phase_results"].as_array().into_iter().flatten().any(|result| result["phase"] == "Test")
}

/// Without line and column, which move: `src/a.rs: replace + with - in f`.
fn placeless(name: &str) -> String {
    let mut parts = name.splitn(4, ':');
    match (parts.next(), parts.nth(2)) {
        (Some(file), Some(what)) => format!("{file}:{what}"),
        _ => name.to_owned(),
    }
}

/// Those for which no entry of the list is left; each stands for one of its name.
fn unknown(missed: Vec<String>, known: &str) -> Vec<String> {
    let mut known: Vec<_> =
        known.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next()).collect();
    let is_unknown = |mutant: &String| match known.iter().position(|known| known == mutant) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    };
    missed.into_iter().filter(is_unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_of_the_list_stands_for_one_mutant_wherever_it_is() {
        let name = |line| placeless(&format!("src/a.rs:{line}:7: replace < with <= in A::b"));
        let known =
            "# Mutants\n\n- `src/a.rs: replace < with <= in A::b`: the same.\n- `src/b.rs: other`: why\n";
        assert_eq!(unknown(vec![name(3)], known), [""; 0]);
        assert_eq!(unknown(vec![name(3), name(5)], known), ["src/a.rs: replace < with <= in A::b"]);
        assert_eq!(unknown(vec![name(3)], ""), [name(1)]);
    }

    #[test]
    fn a_part_is_asked_for_before_the_files() {
        let (shard, files) = (["--shard", "1/8"], ["healthsdk/src/plan.rs"]);
        assert_eq!(parts(&[shard.as_slice(), &files].concat()), (shard.as_slice(), files.as_slice()));
        assert_eq!(parts(&files), ([].as_slice(), files.as_slice()));
    }

    #[test]
    fn a_file_that_is_not_there_is_told_of_with_what_is() {
        let told = see_that_there_is(&Shell::new().expect("there is a folder"), "healthsdk-sdk/src/plan.rs");
        let told = told.expect_err("it is of no core").to_string();
        assert!(told.contains("`healthsdk-sdk/src/plan.rs`"), "{told}");
        assert!(
            told.contains("healthsdk/src/plan.rs, ") && told.contains("healthsdk-macros/src/**, "),
            "{told}"
        );
    }

    #[test]
    fn outcomes_are_counted_for_each_file() {
        let of = |name: &str, summary: &str| {
            let mutant = serde_json::json!({ "file": "src/a.rs", "name": name });
            serde_json::json!({ "scenario": { "Mutant": mutant }, "summary": summary })
        };
        let mut hangs = of("src/a.rs:6:1: h", "Timeout");
        hangs["phase_results"] = serde_json::json!([{ "phase": "Build" }, { "phase": "Test" }]);
        let outcomes = serde_json::json!({ "outcomes": [
            { "scenario": "Baseline", "summary": "Success" },
            of("src/a.rs:1:1: x", "CaughtMutant"), of("src/a.rs:2:1: y", "MissedMutant"),
            of("src/a.rs:3:1: z", "Timeout"), hangs, of("src/a.rs:4:1: z", "Unviable"), of("src/a.rs:5:1: z", "CaughtMutant"),
        ] });
        let (mut scores, mut missed) = (Scores::new(), Vec::new());
        count(&outcomes, &mut scores, &mut missed);
        assert_eq!(scores["src/a.rs"], [2, 2, 1, 1]);
        assert_eq!(missed, ["src/a.rs: y", "src/a.rs: z"], "what was not built is not known to be caught");
    }
}
