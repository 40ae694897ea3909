use std::path::{Path, PathBuf};

use public_api::Builder;
use xshell::{Shell, cmd};

use crate::skipped::skipped;
use crate::{Result, metadata, rustdoc};

const PACKAGES: [&str; 2] = ["healthsdk", "healthsdk-macros"];
/// Where the listings are kept, a file a crate.
const FOLDER: &str = "docs/public-api";
/// The format of rustdoc's JSON that this version of public-api reads. It is that of Rust 1.94 and 1.95.
const FORMAT: &str = "\"format_version\":57";

/// Writes down all that users of the crates can name.
pub(crate) fn write(sh: &Shell) -> Result {
    for package in PACKAGES {
        sh.write_file(kept(package), listing(sh, package)?)?;
    }
    Ok(())
}

/// Compares it with what is written down.
pub(crate) fn check(sh: &Shell) -> Result {
    let mut changed = Vec::new();
    for package in PACKAGES {
        let listing = listing(sh, package)?;
        let kept = kept(package);
        if sh.read_file(&kept).unwrap_or_default() != listing {
            let made = metadata::target(sh)?.join("doc").join(package).with_extension("txt");
            sh.write_file(&made, listing)?;
            cmd!(sh, "git --no-pager diff --no-index -- {kept} {made}").ignore_status().run()?;
            changed.push(package);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    Err(format!("the public API of {} is not as listed: `cargo xtask public-api`", changed.join(", ")).into())
}

fn listing(sh: &Shell, package: &str) -> Result<String> {
    let json = rustdoc::json(sh, package)?;
    if !sh.read_file(&json)?.contains(FORMAT) {
        return Err(skipped(
            "rustdoc of this toolchain writes another format than public-api reads: take Rust 1.95",
        ));
    }
    let api =
        Builder::from_rustdoc_json(json).omit_blanket_impls(true).omit_auto_trait_impls(true).build()?;
    Ok(api.to_string())
}

fn kept(package: &str) -> PathBuf {
    Path::new(FOLDER).join(package).with_extension("txt")
}
