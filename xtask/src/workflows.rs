//! What GitHub runs is what runs here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::verbs;

const WORKFLOWS: [&str; 2] = [".github/workflows/ci.yml", ".github/workflows/weekly.yml"];

/// What `cargo xtask ci` skips where something is missing, does in part, or leaves to others.
const WHOLE_ELSEWHERE: [&str; 9] =
    ["advisories", "deny", "docs", "minimal-versions", "miri", "msrv", "portable", "public-api", "semver"];

/// The lines of a file that are no comments.
fn lines(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    text.lines().map(str::trim).filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn commands(workflow: &str) -> Vec<String> {
    lines(workflow).iter().filter_map(|line| line.strip_prefix("- run: ")).map(str::to_owned).collect()
}

fn verb(command: &str) -> Option<&str> {
    command.strip_prefix("cargo xtask ")?.split_whitespace().next()
}

#[test]
fn workflows_call_verbs_that_exist() {
    for command in WORKFLOWS.map(commands).concat() {
        let known = verb(&command).is_none_or(|verb| verbs().any(|known| known == verb));
        assert!(known, "no such verb: {command}");
    }
}

#[test]
fn on_linux_all_of_ci_runs() {
    assert!(commands(WORKFLOWS[0]).iter().any(|command| command == ".ci/run"));
    assert_eq!(lines(".ci/run").last().map(String::as_str), Some("exec cargo xtask ci"));
}

#[test]
fn what_ci_may_skip_has_a_job_that_may_not() {
    let commands = commands(WORKFLOWS[0]);
    let called: BTreeSet<_> = commands.iter().filter_map(|command| verb(command)).collect();
    let missing: Vec<_> = WHOLE_ELSEWHERE.iter().filter(|verb| !called.contains(*verb)).collect();
    assert!(missing.is_empty(), "no job calls {missing:?}");
    assert!(lines(WORKFLOWS[0]).iter().any(|line| line == "HEALTHSDK_STEPS: require"));
}

#[test]
fn actions_are_pinned_and_get_no_rights() {
    for workflow in WORKFLOWS {
        let lines = lines(workflow);
        let used = lines.iter().filter_map(|line| line.trim_start_matches("- ").strip_prefix("uses: "));
        for action in used {
            let version = action.rsplit_once('@').map_or("", |(_, version)| version);
            assert!(
                version.matches('.').count() == 2 || version.len() == 40,
                "{workflow}: {action} is not pinned"
            );
        }
        let count = |wanted: &str| lines.iter().filter(|line| *line == wanted).count();
        assert_eq!(count("permissions:"), 1, "{workflow}: one table of rights");
        assert_eq!(count("contents: read"), 1, "{workflow}: none but to read");
        assert_eq!(
            lines.iter().filter(|line| line.starts_with("- uses: actions/checkout@")).count(),
            count("persist-credentials: false"),
            "{workflow}: a checkout keeps its token"
        );
    }
}
