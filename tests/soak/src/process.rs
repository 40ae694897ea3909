use std::fs;
use std::io;
use std::time::Duration;

use nix::unistd::Pid;

/// In which the kernel tells times of processes, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// What a process holds, and what it has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holds {
    /// Resident memory in KiB.
    pub(crate) memory: u64,
    pub(crate) threads: u64,
    pub(crate) sockets: u64,
    /// The time of processors since it began.
    pub(crate) processor: Duration,
}

impl Holds {
    pub(crate) fn of(pid: Pid) -> io::Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let sockets = fs::read_dir(format!("/proc/{pid}/fd"))?.count() as u64;
        let processor = processor(&fs::read_to_string(format!("/proc/{pid}/stat"))?);
        Ok(Self {
            memory: field(&status, "VmRSS:")?,
            threads: field(&status, "Threads:")?,
            sockets,
            processor: processor.ok_or_else(|| io::Error::other("no times of the process"))?,
        })
    }
}

/// Whether it has neither ended nor is about to be buried.
pub(crate) fn lives(pid: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z') && !line.contains('X'))
}

fn field(status: &str, name: &str) -> io::Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("no {name} of the process")))
}

/// Its own time and the kernel's for it: fields 14 and 15 of `stat`, of which the second is a name in parentheses.
fn processor(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut times = rest.split_whitespace().skip(11).map(str::parse::<u32>);
    Some(TICK * (times.next()?.ok()? + times.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_times_of_a_process_follow_whatever_its_name_is() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 9 9 20 0 4 0 100";
        assert_eq!(processor(stat), Some(Duration::from_secs(2)));
        assert_eq!(processor("7 (soaked) S 1"), None);
    }

    #[test]
    fn a_busy_thread_is_seen() {
        let used = || Holds::of(Pid::this()).map(|holds| holds.processor).expect("it lives");
        let (before, began) = (used(), Instant::now());
        while used() < before + 3 * TICK {
            assert!(began.elapsed() < Duration::from_secs(30), "no time is counted");
        }
    }
}
