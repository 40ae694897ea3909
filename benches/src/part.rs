//! The other processes: this executable again, for one part of the work.

use std::{
    env,
    ffi::OsStr,
    process::{self, Command, Stdio},
    thread,
    time::Duration,
};

use crate::Result;

/// What comes before the name of the part.
pub(crate) const FLAG: &str = "--part";
/// None takes so long, unless something hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// What the part prints, once it has ended.
pub(crate) fn output<A: AsRef<OsStr>>(part: &str, args: impl IntoIterator<Item = A>) -> Result<String> {
    let mut command = Command::new(env::current_exe()?);
    let output = command.args([FLAG, part]).args(args).stderr(Stdio::inherit()).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("{part}: {}", output.status).into())
    }
}

/// Ends this process once nobody expects anything of it any more, so that the others are measured.
pub(crate) fn limit() {
    thread::spawn(|| {
        thread::sleep(LIMIT);
        eprintln!("error: not done after {LIMIT:?}");
        process::exit(1);
    });
}
