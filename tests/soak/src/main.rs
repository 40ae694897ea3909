//! Runs a soak: see `docs/soak.md`.

use std::process::ExitCode;

fn main() -> ExitCode {
    healthsdk_soak::soak::run(std::env::args().skip(1))
}
