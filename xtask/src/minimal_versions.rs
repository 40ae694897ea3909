use std::path::Path;

use xshell::{Shell, cmd};

use crate::{Result, metadata};

const PACKAGES: [&str; 2] = ["healthsdk", "healthsdk-macros"];

/// Features whose clients are built within a minute. For those of the others their lowest versions are chosen, and not built.
const LIGHT: &str =
    "dashboard,disk,dns,grpc,heartbeat,memory,metrics,saturation,tcp,threads,token,tonic,webhook,yaml";

pub(crate) fn light(sh: &Shell) -> Result {
    run(sh, &["--features", LIGHT])
}

/// Builds healthsdk with the lowest versions of its dependencies that its manifest allows, in a copy without the rest of the
/// workspace, which may need newer ones. With `args` for `cargo check`.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    let folder = metadata::target(sh)?.join("minimal-versions");
    let sources = folder.join("workspace");
    copy(sh, &sources)?;
    let _inside = sh.push_dir(&sources);
    // What cargo calls unstable here is the choice of versions; nothing is built with it.
    let lock = cmd!(sh, "cargo generate-lockfile --quiet -Z direct-minimal-versions");
    lock.env("RUSTC_BOOTSTRAP", "1").run()?;
    cmd!(sh, "cargo tree -p healthsdk -e normal --depth 1 --all-features").run()?;
    Ok(cmd!(sh, "cargo check -p healthsdk --target-dir {folder} {args...}").run()?)
}

fn copy(sh: &Shell, to: &Path) -> Result {
    sh.remove_path(to)?;
    for package in PACKAGES {
        let files = cmd!(sh, "git ls-files -- {package}").quiet().read()?;
        for file in files.lines().filter(|file| !file.ends_with("Cargo.toml")) {
            let copy = to.join(file);
            sh.create_dir(copy.parent().unwrap_or(to))?;
            sh.copy_file(file, &copy)?;
        }
        let manifest = Path::new(package).join("Cargo.toml");
        sh.write_file(to.join(&manifest), without_tests(&sh.read_file(&manifest)?))?;
    }
    Ok(sh.write_file(to.join("Cargo.toml"), with_members(&sh.read_file("Cargo.toml")?, &PACKAGES))?)
}

/// What tests alone need does not count.
fn without_tests(manifest: &str) -> String {
    let mut inside = false;
    let kept = manifest.split_inclusive('\n').filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with("[dev-dependencies]");
        }
        !inside
    });
    kept.collect()
}

fn with_members(manifest: &str, members: &[&str]) -> String {
    let members = format!("members = {members:?}\n");
    let lines = manifest.split_inclusive('\n');
    lines.map(|line| if line.starts_with("members = ") { members.as_str() } else { line }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_need_is_left_out() {
        let manifest =
            "[dependencies]\na = \"1\"\n[dev-dependencies]\nb = \"1\"\n[lints]\nworkspace = true\n";
        assert_eq!(without_tests(manifest), "[dependencies]\na = \"1\"\n[lints]\nworkspace = true\n");
    }

    #[test]
    fn the_workspace_has_only_the_published_crates() {
        let manifest = "[workspace]\nmembers = [\"x\", \"y\"]\nresolver = \"3\"\n";
        assert_eq!(with_members(manifest, &["y"]), "[workspace]\nmembers = [\"y\"]\nresolver = \"3\"\n");
    }
}
