use xshell::{Shell, cmd};

use crate::{Result, metadata};

pub(super) fn format(sh: &Shell) -> Result {
    cmd!(sh, "cargo fmt --all --check").run()?;
    Ok(cmd!(sh, "cargo fmt --manifest-path fuzz/Cargo.toml --check").run()?)
}

// As arguments and not in RUSTFLAGS, which would build all dependencies a second time.
pub(super) fn lints(sh: &Shell) -> Result {
    for features in ["--all-features", "--no-default-features"] {
        cmd!(sh, "cargo clippy --workspace --all-targets {features} -- -D warnings").run()?;
    }
    Ok(())
}

pub(super) fn features(sh: &Shell) -> Result {
    let features = metadata::features(&metadata::own(sh)?, "healthsdk", &[])?;
    println!("features of healthsdk: {features:?}");
    for feature in features {
        cmd!(sh, "cargo clippy -p healthsdk --no-default-features --features {feature} -- -D warnings")
            .run()?;
    }
    Ok(())
}
