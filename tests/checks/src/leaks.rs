//! What is left of a process after a check has been dropped a thousand times while its server did not answer.

use std::fs;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use healthsdk::{Check, Monitor, Selection};
use healthsdk_tests::eventually_some;
use healthsdk_tests::servers::need;
use tokio::runtime::Handle;

use crate::case::{Case, TIMEOUT};
use crate::stage::Stage;
use crate::watch::Watch;

/// When a run is reported, and dropped.
const SHORT: Duration = Duration::from_millis(10);
/// Connections are counted once in so many runs: the table of the system is long.
const SAMPLE: u32 = 10;
/// Runs before the first measurement, after which everything that is made once has been made.
const WARM: u32 = 50;
/// Resident memory may be this much more than before, in KiB: what a run leaves would be a thousand times there.
const MEMORY: u64 = 4096;
const SETTLED: Duration = Duration::from_secs(30);

/// What the process has.
#[derive(Clone, Copy, Debug)]
struct Figures {
    sockets: usize,
    threads: usize,
    tasks: usize,
    memory: u64,
}

impl Figures {
    /// Of this process; tasks are those of the application's runtime and of the one that carries the checks.
    fn now(runtimes: &[Handle]) -> Self {
        let count = |folder: &str| fs::read_dir(folder).expect("there is /proc").flatten().count();
        let links = fs::read_dir("/proc/self/fd").expect("there is /proc").flatten();
        let is_socket = |link: &fs::DirEntry| {
            fs::read_link(link.path()).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
        };
        let status = fs::read_to_string("/proc/self/status").expect("there is /proc");
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        Self {
            sockets: links.filter(is_socket).count(),
            threads: count("/proc/self/task"),
            tasks: runtimes.iter().map(|runtime| runtime.metrics().num_alive_tasks()).sum(),
            memory: memory.trim_end_matches("kB").trim().parse().expect("a number"),
        }
    }

    fn is_back_to(&self, before: &Self) -> bool {
        self.sockets <= before.sockets
            && self.threads <= before.threads
            && self.tasks <= before.tasks
            && self.memory <= before.memory + MEMORY
    }
}

/// Runs the check a thousand times against its paused server, and lets it recover. One case at a time, because all count what the
/// process has.
///
/// # Panics
/// Where the process has more sockets, threads, tasks or memory afterwards, or the client more connections than it may at any time.
pub fn run(case: &Case) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(mut stage) = need(Stage::direct(case), &format!("leaks::{}", case.name)) else { return };
    let runtimes = [stage.runtime().clone(), driver(stage.runtime())];
    let healthy = Watch::new(stage.subject().check(), TIMEOUT, TIMEOUT * 3, stage.runtime());
    let dropped = Watch::new(stage.subject().check(), SHORT, SHORT, stage.runtime());
    cycle(case, case.runs.min(WARM), &mut stage, &healthy, &dropped);

    let before = Figures::now(&runtimes);
    let (most, seen) = cycle(case, case.runs, &mut stage, &healthy, &dropped);
    let mut after = before;
    let settled = || {
        after = Figures::now(&runtimes);
        after.is_back_to(&before).then_some(after)
    };
    let told = format!("{}: as before, {before:?}", case.name);
    let after = eventually_some(&told, SETTLED, settled);

    let limit = stage.subject().limit();
    let few = if case.few.is_empty() { String::new() } else { format!(" ({})", case.few) };
    println!("\n{}, {} runs{few}, {limit} connections at most", case.name, case.runs);
    println!("| | sockets | threads | tasks | resident KiB |\n| --- | --- | --- | --- | --- |");
    for (when, Figures { sockets, threads, tasks, memory }) in [("before", before), ("after", after)] {
        println!("| {when} | {sockets} | {threads} | {tasks} | {memory} |");
    }
    println!("connections of the client meanwhile: {most}; afterwards by the server's own count: {seen:?}");
}

/// The runtime that carries the sockets and tasks of all checks.
fn driver(runtime: &Handle) -> Handle {
    let (tell, told) = mpsc::channel();
    let check = Check::new("runtime", move || {
        let tell = tell.clone();
        async move { tell.send(Handle::current()).map_err(|_| "told twice") }
    });
    let monitor = Monitor::builder().linked(false).check(check.ttl(Duration::from_mins(1))).build();
    let monitor = monitor.expect("the check is legal");
    runtime.block_on(monitor.report(Selection::everything()));
    told.recv_timeout(SETTLED).expect("the check has run")
}

/// The most connections that the client had at once, and those that the server saw afterwards.
fn cycle(
    case: &Case,
    runs: u32,
    stage: &mut Stage,
    healthy: &Watch,
    dropped: &Watch,
) -> (usize, Option<usize>) {
    let limit = stage.subject().limit();
    healthy.passes(case.recovery).expect("the check passes");
    stage.fill();
    stage.backend.pause();
    let mut most = 0;
    for run in 0..runs {
        let reading = dropped.ask();
        assert_eq!(reading.cause(), Some("timed_out"), "{}: {reading:#?}", case.name);
        if run % SAMPLE != 0 {
            continue;
        }
        let connections = connections_to(stage.backend.port());
        assert!(connections <= limit, "{}: {connections} connections, {limit} at most", case.name);
        most = most.max(connections);
    }
    stage.backend.resume();
    healthy.passes(case.recovery).unwrap_or_else(|last| panic!("{}: {last:#?} at last", case.name));
    stage.fill();
    let told = format!("{}: the server sees at most {limit} connections", case.name);
    let few_enough = |seen: &Option<usize>| seen.is_none_or(|seen| seen <= limit);
    let seen = eventually_some(&told, SETTLED, || Some(stage.backend.connections()).filter(few_enough));
    (most, seen)
}

/// Sockets of this process that are connected to the port, or about to be. One that was closed belongs to none, and its inode is 0.
fn connections_to(port: u16) -> usize {
    let table = fs::read_to_string("/proc/self/net/tcp").expect("there is /proc");
    let remote = format!(":{port:04X}");
    let is_one = |line: &&str| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.len() > 9 && words[2].ends_with(&remote) && words[9] != "0"
    };
    table.lines().skip(1).filter(is_one).count()
}
