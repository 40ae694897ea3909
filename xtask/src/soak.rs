use xshell::{Shell, cmd};

use crate::Result;

/// The bugs that `--cfg planted` brings: see `docs/soak.md`.
const PLANTED: [&str; 5] = ["second-run", "no-deadline", "deaf", "leak", "blamed"];

/// Soaks healthsdk as it is; with `--planted NAME` one with that bug, which fails where it is found; with `--planted all` one
/// with each, which fails where one is not found.
pub(crate) fn run(sh: &Shell, args: &[&str]) -> Result {
    let planted = args.iter().position(|arg| *arg == "--planted").and_then(|at| args.get(at + 1));
    match planted {
        None => {
            cmd!(sh, "cargo build --release -p healthsdk-soak --bins").run()?;
            Ok(cmd!(sh, "target/release/healthsdk-soak {args...}").run()?)
        }
        Some(&"all") => {
            build(sh)?;
            all(sh, args)
        }
        Some(_) => {
            build(sh)?;
            Ok(cmd!(sh, "target/planted/release/healthsdk-soak {args...}").run()?)
        }
    }
}

/// In a folder of its own: the flag changes every crate.
fn build(sh: &Shell) -> Result {
    let build = cmd!(sh, "cargo build --release --target-dir target/planted -p healthsdk-soak --bins");
    Ok(build.env("RUSTFLAGS", "--cfg planted").run()?)
}

fn all(sh: &Shell, args: &[&str]) -> Result {
    let mut missed = Vec::new();
    for name in PLANTED {
        let args: Vec<_> = args.iter().map(|arg| if *arg == "all" { name } else { arg }).collect();
        println!("\n== planted: {name}");
        let told = cmd!(sh, "target/planted/release/healthsdk-soak {args...}").ignore_status().read()?;
        println!("{told}");
        if !told.contains(&format!("\ncaught: {name}\n")) {
            missed.push(name);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("not caught: {}", missed.join(", ")).into()) }
}
