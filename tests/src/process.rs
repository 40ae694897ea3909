use std::collections::HashSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::family::{Row, family, table};
use crate::guard::Guard;
use crate::wait::poll;

const SIGNALLED: Duration = Duration::from_secs(10);

/// A child process in its own process group, signalled together with all its descendants.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: Child,
    guard: Guard,
}

impl Process {
    /// Starts the command; `tidy` is shell, run with `dir` as `$1` when all is over, even when the test is killed.
    pub(crate) fn spawn(command: &mut Command, tidy: &str, dir: &Path) -> io::Result<Process> {
        let mut guard = Guard::start(tidy, dir)?;
        let child = spawn(command, &mut guard)?;
        Ok(Process { child, guard })
    }

    /// Kills what runs, and starts the command in its place.
    pub(crate) fn respawn(&mut self, command: &mut Command) -> io::Result<()> {
        self.kill();
        self.child = spawn(command, &mut self.guard)?;
        Ok(())
    }

    pub(crate) fn pid(&self) -> Pid {
        pid(&self.child)
    }

    /// How it ended, once it has. From then on its pid may be another's, and is never signalled.
    pub(crate) fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        if self.exited().is_none() {
            send(self.pid(), signal);
        }
    }

    /// Stops every process of the family, and returns when all of them stand still.
    pub(crate) fn pause(&mut self) {
        assert!(self.exited().is_some() || self.stop(), "not every process has stopped within {SIGNALLED:?}");
    }

    fn stop(&mut self) -> bool {
        let mut told = HashSet::new();
        let stopped = poll(SIGNALLED, || {
            let family = family(self.pid());
            self.guard.watch(&family.iter().map(|row| row.pid).collect::<Vec<_>>());
            let stands = |row: &Row, told: &HashSet<Pid>| {
                row.is_gone() || row.is_stopped() || (row.is_waiting() && told.contains(&row.pid))
            };
            let moving: Vec<_> = family.iter().filter(|row| !stands(row, &told)).map(|row| row.pid).collect();
            for &pid in &moving {
                send(pid, Signal::SIGSTOP);
            }
            told.extend(&moving);
            moving.is_empty().then_some(())
        });
        stopped.is_some()
    }

    pub(crate) fn resume(&mut self) {
        if self.exited().is_none() {
            for row in family(self.pid()) {
                send(row.pid, Signal::SIGCONT);
            }
            self.guard.watch(&[self.pid()]);
        }
    }

    /// Kills every process of the family, and returns when all of them are gone. A second call does nothing.
    pub(crate) fn kill(&mut self) {
        if self.exited().is_some() {
            return self.guard.watch(&[]);
        }
        // Standing still, none can start another between the look and the kill.
        self.stop();
        let family: HashSet<_> = family(self.pid()).iter().map(|row| row.pid).collect();
        for &pid in &family {
            send(pid, Signal::SIGKILL);
        }
        self.child.wait().expect("a child can be waited for");
        let gone = poll(SIGNALLED, || {
            let all_gone = table().iter().all(|row| row.is_gone() || !family.contains(&row.pid));
            all_gone.then_some(())
        });
        assert!(gone.is_some() || thread::panicking(), "a killed process is still there");
        self.guard.watch(&[]);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(command: &mut Command, guard: &mut Guard) -> io::Result<Child> {
    let child = command.process_group(0).spawn()?;
    guard.watch(&[pid(&child)]);
    Ok(child)
}

/// A process that has just ended by itself needs no signal.
fn send(pid: Pid, signal: Signal) {
    let _ = kill(pid, signal);
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("pids are positive"))
}
