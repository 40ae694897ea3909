use std::time::Instant;

use xshell::Shell;

use crate::{Result, deny, docs, minimal_versions, msrv, public_api, readme, setup, skipped, test};

mod code;
mod package;

type Step = (&'static str, fn(&Shell) -> Result);

const STEPS: [Step; 14] = [
    ("format", code::format),
    // Before all that compiles: some clients are linked against a library of the system.
    ("set-up", |sh| {
        setup::run(sh);
        Ok(())
    }),
    ("lints", code::lints),
    ("features", code::features),
    ("documentation", docs::run),
    ("readme", readme::check),
    ("package", package::run),
    ("dependencies", package::dependencies),
    ("public API", public_api::check),
    ("compilers", msrv::run),
    ("lowest versions", minimal_versions::light),
    ("licences and sources", deny::run),
    ("advisories", deny::advisories),
    ("test", |sh| test::run(sh, &[])),
];

/// Everything that must pass before a change lands; stops at the first step that fails.
pub(crate) fn run(sh: &Shell) -> Result {
    let start = Instant::now();
    let mut left_out = Vec::new();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let start = Instant::now();
        match step(sh) {
            Err(reason) if skipped::may_be(&*reason) => {
                println!("SKIPPED {name}: {reason}");
                left_out.push(name);
            }
            ended => ended.map_err(|error| format!("step `{name}`: {error}"))?,
        }
        println!("== {name}: {:.1?}", start.elapsed());
    }
    let passed = STEPS.len() - left_out.len();
    println!("\n== {passed} steps passed in {:.0?}", start.elapsed());
    if !left_out.is_empty() {
        println!("== {} steps skipped: {}", left_out.len(), left_out.join(", "));
    }
    Ok(())
}
