use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Instant, SystemTime},
};

use super::sources::Functions;
use crate::Result;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The generated crates, beside what else this build of the benchmarks made.
pub(crate) struct Crates(PathBuf);

impl Crates {
    pub(crate) fn generate(counts: &[u32]) -> Result<Self> {
        let executable = env::current_exe()?;
        let folder = executable.parent().ok_or("the executable is in no folder")?.join("benches-generated");
        let (mut members, repository) = (Vec::new(), Path::new(REPOSITORY).canonicalize()?);
        for functions in Functions::ALL {
            for &count in counts {
                let name = name(functions, count);
                fs::create_dir_all(folder.join(&name).join("src"))?;
                fs::write(folder.join(&name).join("Cargo.toml"), manifest(&name))?;
                fs::write(folder.join(&name).join("src/main.rs"), functions.source(count)?)?;
                members.push(name);
            }
        }
        let workspace = format!(
            "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[workspace.dependencies]\n\
             actix-web = {{ version = \"4\", default-features = false, features = [\"macros\"] }}\n\
             healthsdk = {{ path = {:?} }}\n",
            repository.join("healthsdk").display().to_string()
        );
        fs::write(folder.join("Cargo.toml"), workspace)?;
        // The same versions as the workspace has, so that nothing must be fetched.
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self(folder))
    }

    pub(crate) fn build(&self, functions: Functions, count: u32) -> Result {
        self.cargo(functions, count, &[], &[])
    }

    /// Seconds that building takes where nothing but the crate itself has changed.
    pub(crate) fn rebuild(&self, functions: Functions, count: u32) -> Result<f64> {
        let source = self.0.join(name(functions, count)).join("src/main.rs");
        fs::File::options().append(true).open(source)?.set_modified(SystemTime::now())?;
        let began = Instant::now();
        self.build(functions, count)?;
        Ok(began.elapsed().as_secs_f64())
    }

    /// Bytes of the release build.
    pub(crate) fn size(&self, functions: Functions, count: u32, stripped: bool) -> Result<f64> {
        let strip: &[&str] = if stripped { &["-C", "strip=symbols"] } else { &[] };
        let binary = self.release(functions, count, strip)?;
        Ok(f64::from(u32::try_from(fs::metadata(binary)?.len())?))
    }

    /// The release build.
    pub(crate) fn binary(&self, functions: Functions, count: u32) -> Result<PathBuf> {
        self.release(functions, count, &[])
    }

    fn release(&self, functions: Functions, count: u32, for_rustc: &[&str]) -> Result<PathBuf> {
        self.cargo(functions, count, &["--release"], for_rustc)?;
        let binary = self.0.join("target/release").join(name(functions, count));
        Ok(binary.with_extension(env::consts::EXE_EXTENSION))
    }

    fn cargo(&self, functions: Functions, count: u32, args: &[&str], for_rustc: &[&str]) -> Result {
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "rustc",
                "--quiet",
                "--offline",
                "--target-dir",
                "target",
                "--package",
                &name(functions, count),
            ])
            .args(args)
            .arg("--")
            .args(for_rustc)
            // A crate whose text is the same would hardly be compiled at all.
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(&self.0)
            .status()?;
        if status.success() { Ok(()) } else { Err(format!("{}: {status}", name(functions, count)).into()) }
    }
}

fn name(functions: Functions, count: u32) -> String {
    format!("{functions}-{count}")
}

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nactix-web.workspace = true\nhealthsdk.workspace = true\n"
    )
}
