use xshell::{Shell, cmd};

use crate::{Result, metadata::target};

/// What tests run in a browser. Pinned, so that a run today and one next year ask the same questions.
const PACKAGES: [&str; 1] = ["axe-core@4.14.1"];

/// Written last, with the packages that are there.
const STAMP: &str = "healthsdk-packages";

/// Brings packages of npm for the tests into the target folder, unless they are there. Without them the tests of what they
/// bring are skipped by name.
pub(crate) fn run(sh: &Shell) {
    if let Err(reason) = install(sh) {
        eprintln!(
            "not installed: {} ({reason}; npm is needed); their tests are skipped",
            PACKAGES.join(", ")
        );
    }
}

fn install(sh: &Shell) -> Result {
    let folder = target(sh)?.join("node");
    let stamp = folder.join(STAMP);
    if sh.read_file(&stamp).is_ok_and(|has| has == PACKAGES.join("\n")) {
        return Ok(());
    }
    sh.create_dir(&folder)?;
    // Nothing that a package brings is run.
    cmd!(sh, "npm install --ignore-scripts --no-audit --no-fund --silent --prefix {folder} {PACKAGES...}")
        .run()?;
    Ok(sh.write_file(stamp, PACKAGES.join("\n"))?)
}
