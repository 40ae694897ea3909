use xshell::{Shell, cmd};

use crate::{Result, metadata};

/// Their tests start no server, and name nothing of one system alone.
const PACKAGES: [&str; 6] = [
    "healthsdk-macros",
    "healthsdk-expand-tests",
    "healthsdk-model",
    "healthsdk-ui-tests",
    "quickstart",
    "xtask",
];

/// Clients in C whose build wants what Windows does not have.
const NOT_ON_WINDOWS: [&str; 1] = ["rdkafka"];

/// Lints and tests of what has to work on every system that actix-web runs on.
pub(crate) fn run(sh: &Shell) -> Result {
    let left_out: &[&str] = if cfg!(windows) { &NOT_ON_WINDOWS } else { &[] };
    let features = metadata::features(&metadata::own(sh)?, "healthsdk", left_out)?.join(",");
    let healthsdk = ["-p", "healthsdk", "--features", &features];
    let others: Vec<_> = PACKAGES.iter().flat_map(|package| ["-p", package]).collect();
    for packages in [&healthsdk[..], &others] {
        cmd!(sh, "cargo clippy {packages...} --all-targets -- -D warnings").run()?;
        cmd!(sh, "cargo test {packages...} --all-targets").run()?;
    }
    Ok(cmd!(sh, "cargo test --doc {healthsdk...}").run()?)
}
