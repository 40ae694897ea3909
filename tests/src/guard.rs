use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::unistd::Pid;

/// Reads lists of pids until the test process ends, however it ends; then kills the last list and tidies up.
const SCRIPT: &str = r#"
pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] || kill -KILL $pids
eval "$2"
"#;

/// A shell that outlives a test process which is killed outright, and ends what that left behind.
#[derive(Debug)]
pub(crate) struct Guard(Child);

impl Guard {
    /// `tidy` is shell, run at the end with `dir` as `$1`.
    pub(crate) fn start(tidy: &str, dir: &Path) -> io::Result<Guard> {
        Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .arg(dir)
            .arg(tidy)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Guard)
    }

    /// From now on these are the processes to end.
    pub(crate) fn watch(&mut self, pids: &[Pid]) {
        let line = pids.iter().map(Pid::to_string).collect::<Vec<_>>().join(" ");
        let stdin = self.0.stdin.as_mut().expect("the guard's stdin is piped");
        writeln!(stdin, "{line}").expect("the guard lives as long as its test");
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}
