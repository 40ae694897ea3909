use std::time::Instant;

use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{Result, readme, setup, test};

type Step = (&'static str, fn(&Shell) -> Result);

const STEPS: [Step; 10] = [
    ("format", format),
    // Before all that compiles: some clients are linked against a library of the system.
    ("set-up", |sh| {
        setup::run(sh);
        Ok(())
    }),
    ("lints", lints),
    ("features", features),
    ("documentation", documentation),
    ("readme", readme::check),
    ("package", package),
    ("dependencies", dependencies),
    ("licences and advisories", deny),
    ("test", |sh| test::run(sh, &[])),
];

/// Everything that must pass before a change lands; stops at the first step that fails.
pub(crate) fn run(sh: &Shell) -> Result {
    let start = Instant::now();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let start = Instant::now();
        step(sh).map_err(|error| format!("step `{name}`: {error}"))?;
        println!("== {name}: {:.1?}", start.elapsed());
    }
    println!("\n== all {} steps passed in {:.0?}", STEPS.len(), start.elapsed());
    Ok(())
}

fn format(sh: &Shell) -> Result {
    Ok(cmd!(sh, "cargo fmt --all --check").run()?)
}

// As arguments and not in RUSTFLAGS, which would build all dependencies a second time.
fn lints(sh: &Shell) -> Result {
    for features in ["--all-features", "--no-default-features"] {
        cmd!(sh, "cargo clippy --workspace --all-targets {features} -- -D warnings").run()?;
    }
    Ok(())
}

fn features(sh: &Shell) -> Result {
    let metadata = cmd!(sh, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    let features = features_of(&serde_json::from_str(&metadata)?, "healthsdk")?;
    println!("features of healthsdk: {features:?}");
    for feature in features {
        cmd!(sh, "cargo clippy -p healthsdk --no-default-features --features {feature} -- -D warnings")
            .run()?;
    }
    Ok(())
}

fn features_of(metadata: &Value, name: &str) -> Result<Vec<String>> {
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.find(|package| package["name"] == name).ok_or("no such package")?;
    let features = package["features"].as_object().into_iter().flatten();
    Ok(features.map(|(feature, _)| feature.clone()).filter(|feature| feature != "default").collect())
}

fn documentation(sh: &Shell) -> Result {
    let doc = cmd!(sh, "cargo doc --no-deps -p healthsdk -p healthsdk-macros --all-features");
    Ok(doc.env("RUSTDOCFLAGS", "-D warnings").run()?)
}

// In one call, so that the runtime crate is built against the packaged macros, which no registry may have yet.
fn package(sh: &Shell) -> Result {
    Ok(cmd!(sh, "cargo package --allow-dirty -p healthsdk-macros -p healthsdk").run()?)
}

fn dependencies(sh: &Shell) -> Result {
    Ok(cmd!(sh, "cargo tree -p healthsdk -e normal --depth 1").run()?)
}

fn deny(sh: &Shell) -> Result {
    if cmd!(sh, "cargo deny --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        println!("skipped: cargo-deny is not installed");
        return Ok(());
    }
    Ok(cmd!(sh, "cargo deny --all-features check").run()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_but_the_default_one() {
        let package =
            serde_json::json!({ "name": "a", "features": { "default": ["x"], "x": [], "y": ["x"] } });
        let metadata = serde_json::json!({ "packages": [package] });
        assert_eq!(features_of(&metadata, "a").expect("the package is there"), ["x", "y"]);
        assert!(features_of(&metadata, "b").is_err());
    }
}
