use std::fs;
use std::process::Command;

use nix::unistd::Pid;

/// One line of the process table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) pid: Pid,
    pub(crate) parent: Pid,
    state: char,
}

impl Row {
    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.state, 'T' | 't')
    }

    /// Waiting where no signal wakes it, such as for a child of `vfork`, which may itself be stopped. A signal that has
    /// been sent is served before anything else of it runs.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, 'D' | 'U')
    }

    /// Dead, though perhaps nobody has waited for it yet.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }
}

/// The process and its descendants, parents first. A daemon such as postgres gives each child a process group of its
/// own, so that the group is not enough.
pub(crate) fn family(root: Pid) -> Vec<Row> {
    let (mut family, mut rest): (Vec<_>, Vec<_>) = table().into_iter().partition(|row| row.pid == root);
    let mut known = 0;
    while known < family.len() {
        let parent = family[known].pid;
        family.extend(rest.extract_if(.., |row| row.parent == parent));
        known += 1;
    }
    family
}

pub(crate) fn table() -> Vec<Row> {
    let Ok(processes) = fs::read_dir("/proc") else { return asked() };
    let stat = |process: fs::DirEntry| fs::read_to_string(process.path().join("stat")).ok();
    processes.flatten().filter_map(stat).filter_map(|stat| read_stat(&stat)).collect()
}

/// `pid (name) state parent ...`, where the name may hold anything.
fn read_stat(stat: &str) -> Option<Row> {
    let (pid, rest) = stat.split_once(" (")?;
    let (_, rest) = rest.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    row(pid, words.next()?, words.next()?)
}

/// Where there is no `/proc`.
fn asked() -> Vec<Row> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,state=,ppid="]).output().expect("ps is there");
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        row(words.next()?, words.next()?, words.next()?)
    };
    String::from_utf8_lossy(&output.stdout).lines().filter_map(read).collect()
}

fn row(pid: &str, state: &str, parent: &str) -> Option<Row> {
    let number = |text: &str| text.parse().ok().map(Pid::from_raw);
    Some(Row { pid: number(pid)?, parent: number(parent)?, state: state.chars().next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets_and_spaces() {
        let row = read_stat("42 (a) b (c) T 7 42 42 0").expect("a line of /proc");
        assert_eq!((row.pid.as_raw(), row.parent.as_raw(), row.is_stopped()), (42, 7, true));
    }

    #[test]
    fn ps_says_the_same_of_this_process() {
        let this = |rows: Vec<Row>| rows.into_iter().find(|row| row.pid == Pid::this()).map(|row| row.parent);
        assert_eq!(this(asked()), this(table()));
    }
}
