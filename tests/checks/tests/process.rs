//! The process and its machine: real file systems, limits, control groups, runtimes and servers, filled and emptied.

use std::{
    env, fs,
    io::{self, Write},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Barrier, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, web};
use healthsdk::{
    Cause, IntoOutcome, Kind, Monitor, Outcome, Report, Status,
    checks::{
        self,
        actix_workers::{self, Workers},
        heartbeat::{self, Heartbeat},
        tokio_runtime,
    },
};
use healthsdk_tests::{Child, eventually, need, servers::Missing};
use tokio::{runtime, time::timeout};

const SOON: Duration = Duration::from_secs(20);
const CHILD: &str = "HEALTHSDK_TEST_CHILD";
const FOLDER: &str = "HEALTHSDK_TEST_CHILD_FOLDER";

/// This binary, to run one of its tests in a process of its own after a prelude of the shell.
fn again(test: &str, prelude: &str) -> Command {
    let mut command = Command::new("sh");
    let this = env::current_exe().expect("the test has a path");
    command.args(["-ec", &format!("{prelude}\nexec \"$@\""), "sh"]).arg(this);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(CHILD, test);
    command
}

fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

#[track_caller]
fn passes(command: &mut Command) {
    let output = command.output().expect("sh starts");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{out}\n{log}", output.status);
}

fn number(outcome: &Outcome, key: &str) -> u64 {
    outcome
        .data()
        .get(key)
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_else(|| panic!("{key} in {outcome:?}"))
}

/// A file system in memory, of 4 MiB and 64 inodes.
struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    fn mount() -> Result<Self, Missing> {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m,nr_inodes=64", "tmpfs"]).arg(dir.path());
        match mount.output() {
            Ok(output) if output.status.success() => Ok(Self(dir)),
            Ok(output) => Err(Missing::forbidden(String::from_utf8_lossy(&output.stderr).trim())),
            Err(error) => Err(Missing::forbidden(format!("mount: {error}"))),
        }
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{options}")]).arg(self.0.path());
        assert!(mount.status().expect("mount starts").success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn seen(&self) -> Outcome {
        checks::disk::usage(self.path()).into_outcome()
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "{} is unmounted", self.path().display());
    }
}

#[test]
fn a_file_system_that_fills_is_degraded_then_an_error_and_recovers() {
    let Some(tmpfs) = need!(Tmpfs::mount()) else { return };
    let empty = tmpfs.seen();
    assert_eq!((empty.status(), number(&empty, "limit")), (Status::Ok, 4 << 20), "{empty:?}");
    let file = tmpfs.path().join("file");
    fs::write(&file, vec![1; (4 << 20) / 100 * 93]).expect("there is room");
    let (nearly, bytes) = (tmpfs.seen(), number(&tmpfs.seen(), "used"));
    assert_eq!((nearly.status(), nearly.cause()), (Status::Degraded, None), "{nearly:?}");
    assert!((3_800_000..4_000_000).contains(&bytes), "{bytes}");
    let full = fs::write(&file, vec![1; 8 << 20]).expect_err("there is no room");
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    let full = tmpfs.seen();
    assert_eq!((full.status(), full.cause()), (Status::Error, Some(Cause::Exhausted)), "{full:?}");
    fs::remove_file(&file).expect("it is there");
    assert_eq!(tmpfs.seen().status(), Status::Ok);
}

#[test]
fn a_file_system_without_inodes_is_full_with_all_its_room() {
    let Some(tmpfs) = need!(Tmpfs::mount()) else { return };
    let files = (0..).map(|file| tmpfs.path().join(file.to_string()));
    let full = files.map(|file| fs::write(file, "")).find_map(Result::err).expect("they end");
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    let outcome = tmpfs.seen();
    assert_eq!((outcome.status(), number(&outcome, "percent")), (Status::Error, 0), "{outcome:?}");
    assert!(outcome.message().is_some_and(|message| message.contains("inodes")), "{outcome:?}");
}

#[test]
fn a_file_system_mounted_read_only_or_gone_is_an_error() {
    let Some(tmpfs) = need!(Tmpfs::mount()) else { return };
    tmpfs.remount("ro");
    assert_eq!(tmpfs.seen().message(), Some("the file system is mounted read-only"));
    tmpfs.remount("rw");
    assert_eq!(tmpfs.seen().status(), Status::Ok);
    let gone = checks::disk::usage(tmpfs.path().join("gone")).into_outcome();
    assert_eq!(gone.status(), Status::Error);
    assert!(gone.message().is_some_and(|message| message.contains("No such file")), "{gone:?}");
}

#[test]
fn bounds_in_bytes_are_held() {
    let Some(tmpfs) = need!(Tmpfs::mount()) else { return };
    let seen = |below| checks::disk::usage(tmpfs.path()).error_below(below).into_outcome().status();
    assert_eq!((seen(4 << 20), seen((4 << 20) + 1)), (Status::Ok, Status::Error));
}

#[test]
fn descriptors_that_run_out_are_degraded_and_exhausted_and_recover() {
    if !is_child() {
        let test = "descriptors_that_run_out_are_degraded_and_exhausted_and_recover";
        return passes(&mut again(test, "ulimit -n 64"));
    }
    let seen = || checks::descriptors::usage().into_outcome();
    let few = seen();
    assert_eq!((few.status(), number(&few, "limit")), (Status::Ok, 64), "{few:?}");
    let listed = fs::read_dir("/proc/self/fd").expect("it can be read").count() as u64;
    assert_eq!(number(&few, "used"), listed - 1, "one of them lists the others");
    let mut open = Vec::new();
    while number(&seen(), "percent") < 80 {
        assert_eq!(seen().status(), Status::Ok);
        open.push(fs::File::open("/dev/null").expect("some are left"));
    }
    assert_eq!((seen().status(), seen().cause()), (Status::Degraded, None));
    while let Ok(file) = fs::File::open("/dev/null") {
        open.push(file);
    }
    let none = seen();
    assert_eq!((none.status(), none.cause()), (Status::Degraded, Some(Cause::Exhausted)), "{none:?}");
    assert_eq!((number(&none, "used"), number(&none, "limit")), (64, 64));
    let error = checks::descriptors::usage().error_at_percent(100).into_outcome();
    assert_eq!(error.status(), Status::Error);
    drop(open);
    assert_eq!(seen().status(), Status::Ok);
}

/// A control group with one inside, in version 1 or 2.
struct Cgroup {
    folder: PathBuf,
    version: u8,
}

impl Cgroup {
    fn new(controller: &str) -> Result<Self, Missing> {
        let root = Path::new("/sys/fs/cgroup");
        let (root, version) =
            if root.join(controller).is_dir() { (root.join(controller), 1) } else { (root.to_owned(), 2) };
        let name = format!("healthsdk-{}-{controller}", std::process::id());
        let group = Self { folder: root.join(name), version };
        let made = || {
            fs::create_dir(&group.folder)?;
            if version == 2 {
                fs::write(root.join("cgroup.subtree_control"), format!("+{controller}"))?;
                fs::write(group.folder.join("cgroup.subtree_control"), format!("+{controller}"))?;
            }
            fs::create_dir(group.inner())
        };
        made()
            .map(|()| group)
            .map_err(|error| Missing::forbidden(format!("no control group can be made: {error}")))
    }

    fn inner(&self) -> PathBuf {
        self.folder.join("inner")
    }

    fn limit(&self, files: [&str; 2], limit: u64) {
        let file = files[usize::from(self.version) - 1];
        fs::write(self.folder.join(file), limit.to_string()).expect("a limit can be set");
    }

    /// Runs the test in the group inside.
    fn runs(&self, test: &str) {
        let prelude = format!("echo $$ > {}/cgroup.procs", self.inner().display());
        passes(again(test, &prelude).env(FOLDER, &self.folder));
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for folder in [self.inner(), self.folder.clone()] {
            drop(fs::remove_dir(folder));
        }
    }
}

const MIB: u64 = 1 << 20;

#[test]
fn memory_of_a_limited_group_around_is_counted_without_what_the_kernel_can_drop() {
    if !is_child() {
        let Some(group) = need!(Cgroup::new("memory")) else { return };
        group.limit(["memory.limit_in_bytes", "memory.max"], 64 * MIB);
        return group.runs("memory_of_a_limited_group_around_is_counted_without_what_the_kernel_can_drop");
    }
    let seen = || checks::memory::usage().into_outcome();
    let begin = seen();
    assert_eq!((begin.status(), number(&begin, "limit")), (Status::Ok, 64 * MIB), "{begin:?}");
    assert_eq!(begin.data()["limit_of"], "cgroup");

    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let mut file = fs::File::create(dir.path().join("cached")).expect("it can be made");
    let part = vec![1; 1 << 20];
    (0..48).try_for_each(|_| file.write_all(&part)).expect("it can be written");
    file.sync_all().expect("it can be written");
    let group = PathBuf::from(env::var_os(FOLDER).expect("it is set"));
    let all = ["memory.usage_in_bytes", "memory.current"].map(|file| fs::read_to_string(group.join(file)));
    let all: u64 =
        all.into_iter().find_map(Result::ok).and_then(|all| all.trim().parse().ok()).expect("it is told");
    assert!(all > 40 * MIB, "the file is in the cache: {all}");
    // The kernel sums these up every 2 s.
    eventually("pages of files do not count", SOON, || number(&seen(), "used") < 32 * MIB);

    let mut taken = Vec::new();
    eventually("it is degraded", SOON, || {
        if taken.len() < 58 {
            taken.push(vec![1_u8; 1 << 20]);
        }
        seen().status() == Status::Degraded
    });
    let much = seen();
    assert!(number(&much, "resident") > 50 * MIB, "{much:?}");
    assert!(much.message().is_some_and(|message| message.starts_with('9')), "{much:?}");
    drop(taken);
    eventually("it has recovered", SOON, || seen().status() == Status::Ok);
}

#[test]
fn memory_without_a_limit_is_that_of_the_machine() {
    let outcome = checks::memory::usage().into_outcome();
    if outcome.data()["limit_of"] == "machine" {
        let told = fs::read_to_string("/proc/meminfo").expect("it can be read");
        let total = told.split_whitespace().nth(1).and_then(|total| total.parse::<u64>().ok());
        assert_eq!(number(&outcome, "limit"), total.expect("it is the first") * 1024);
    }
    assert!(number(&outcome, "used") >= number(&outcome, "resident") / 2, "{outcome:?}");
}

#[test]
fn threads_near_the_limit_of_a_group_around_are_degraded() {
    if !is_child() {
        let Some(group) = need!(Cgroup::new("pids")) else { return };
        group.limit(["pids.max"; 2], 20);
        return group.runs("threads_near_the_limit_of_a_group_around_are_degraded");
    }
    let seen = || checks::threads::usage().into_outcome();
    let few = seen();
    assert_eq!((few.status(), number(&few, "cgroup_limit")), (Status::Ok, 20), "{few:?}");
    let gate = Arc::new(Mutex::new(()));
    let held = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let mut threads = Vec::new();
    while number(&seen(), "cgroup_used") < 16 {
        assert_eq!(seen().status(), Status::Ok);
        let gate = Arc::clone(&gate);
        threads.push(thread::spawn(move || drop(gate.lock())));
    }
    let many = seen();
    assert_eq!(many.message(), Some("80 % of the cgroup in use: 16 of 20"));
    assert_eq!((many.status(), number(&many, "used")), (Status::Degraded, 16), "{many:?}");
    drop(held);
    for thread in threads {
        thread.join().expect("it ends");
    }
    eventually("it has recovered", SOON, || seen().status() == Status::Ok);
}

async fn readiness(monitor: &Monitor) -> Report {
    monitor.report(Kind::Readiness).await
}

#[tokio::test]
async fn a_blocked_runtime_is_timed_out_and_recovers_and_one_shut_down_is_an_error() {
    let runtime =
        runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    let handle = runtime.handle().clone();
    let fine = tokio_runtime::delay(&handle).await;
    assert_eq!((fine.status(), number(&fine, "workers")), (Status::Ok, 2), "{fine:?}");
    let check = tokio_runtime::of("runtime", handle.clone())
        .timeout(Duration::from_millis(300))
        .interval(Duration::from_millis(100))
        .failure_threshold(1)
        .success_threshold(1);
    let monitor = Monitor::builder().linked(false).check(check).build().expect("the set-up is good");
    assert_eq!(readiness(&monitor).await.status(), Status::Ok);

    let (blocked, go_on) = (Arc::new(Barrier::new(3)), Arc::new(Barrier::new(3)));
    for _ in 0..2 {
        let (blocked, go_on) = (Arc::clone(&blocked), Arc::clone(&go_on));
        runtime.spawn(async move {
            blocked.wait();
            go_on.wait();
        });
    }
    blocked.wait();
    eventually_reported(&monitor, Status::Error).await;
    let report = readiness(&monitor).await;
    let entry = report.entries().next().expect("there is one");
    assert_eq!(entry.data()["cause"], Cause::TimedOut.as_str(), "{entry:?}");
    go_on.wait();
    eventually_reported(&monitor, Status::Ok).await;

    runtime.shutdown_background();
    let down = timeout(SOON, tokio_runtime::delay(&handle)).await.expect("it is said at once");
    assert_eq!(down.message(), Some("the runtime has shut down"));
}

async fn eventually_reported(monitor: &Monitor, status: Status) {
    let reported = async {
        while readiness(monitor).await.status() != status {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, reported).await.unwrap_or_else(|_| panic!("never {status:?}"));
}

#[actix_web::test]
async fn workers_are_judged_by_their_connections_and_whether_they_turn() {
    let workers = Workers::new();
    let (counted, (release, released)) = (workers.clone(), mpsc::channel::<()>());
    let released = web::Data::new(Mutex::new(released));
    let server = HttpServer::new(move || {
        let block = async |released: web::Data<Mutex<mpsc::Receiver<()>>>| {
            released.lock().unwrap().recv().expect("it is released");
            HttpResponse::Ok().finish()
        };
        App::new().app_data(released.clone()).route("/block", web::get().to(block))
    })
    .workers(2)
    .max_connections(10)
    .on_connect(move |_, data| counted.connected(data))
    .bind((Ipv4Addr::LOCALHOST, 0))
    .expect("a port is free");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);

    let seen = async || actix_workers::load(&workers, 10).await.into_outcome();
    let none = seen().await;
    assert_eq!((none.status(), number(&none, "workers")), (Status::Ok, 0), "{none:?}");
    let connect = || TcpStream::connect(address).expect("it connects");
    let mut clients: Vec<_> = (0..8).map(|_| connect()).collect();
    eventually_so(async || number(&seen().await, "connections") == 8).await;
    let half = seen().await;
    assert_eq!(
        (half.status(), number(&half, "workers"), number(&half, "used")),
        (Status::Ok, 2, 4),
        "{half:?}"
    );
    clients.extend((0..8).map(|_| connect()));
    eventually_so(async || number(&seen().await, "connections") == 16).await;
    assert_eq!(seen().await.message(), Some("80 % in use: 8 of 10"));
    clients.truncate(2);
    eventually_so(async || number(&seen().await, "connections") == 2).await;
    assert_eq!(seen().await.status(), Status::Ok);

    clients[0].write_all(b"GET /block HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it is written");
    eventually_so(async || seen().await.status() == Status::Degraded).await;
    let stalled = seen().await;
    let told = stalled.message().expect("it is degraded");
    assert!(told.starts_with("actix") && told.ends_with(" has not turned for 500ms"), "{told}");
    assert_eq!(number(&stalled, "workers"), 2);
    release.send(()).expect("it waits");
    eventually_so(async || seen().await.status() == Status::Ok).await;

    drop(clients);
    handle.stop(true).await;
    eventually_so(async || number(&seen().await, "workers") == 0).await;
}

async fn eventually_so(mut so: impl AsyncFnMut() -> bool) {
    let soon = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, soon).await.expect("in time");
}

#[tokio::test]
async fn a_loop_that_stops_beating_is_an_error() {
    let heartbeat = Heartbeat::new();
    let check = heartbeat::of("loop", heartbeat.clone(), Duration::from_millis(500))
        .interval(Duration::from_millis(50))
        .failure_threshold(1)
        .success_threshold(1);
    let monitor = Monitor::builder().linked(false).check(check).build().expect("the set-up is good");
    let goes_on = Arc::new(AtomicBool::new(true));
    let (beating, told) = (Arc::clone(&goes_on), heartbeat.clone());
    let turning = thread::spawn(move || {
        while beating.load(Ordering::Relaxed) {
            told.beat();
            thread::sleep(Duration::from_millis(20));
        }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(readiness(&monitor).await.status(), Status::Ok);
    goes_on.store(false, Ordering::Relaxed);
    turning.join().expect("it ends");
    eventually_reported(&monitor, Status::Error).await;
    heartbeat.beat();
    eventually_reported(&monitor, Status::Ok).await;
}

/// A loop that takes 2 s for a turn and may take 3, in which the process is frozen for 6 s.
#[test]
fn a_frozen_process_does_not_blame_its_loops() {
    let test = "a_frozen_process_does_not_blame_its_loops";
    if is_child() {
        return beat_and_report();
    }
    let mut child = Child::start(&mut again(test, ""));
    let next = |child: &Child, word: &str| while !child.line().contains(word) {};
    next(&child, "beat 2");
    thread::sleep(Duration::from_secs(1));
    child.pause();
    thread::sleep(Duration::from_secs(6));
    child.resume();
    let mut beats = 0;
    loop {
        match child.line().as_str() {
            line if line.contains("beat") => beats += 1,
            line if line.contains("failed") => break,
            _ => {}
        }
    }
    assert_eq!(beats, 2, "it failed after the last beat, and not before");
}

fn beat_and_report() {
    let heartbeat = Heartbeat::new();
    let check = heartbeat::of("loop", heartbeat.clone(), Duration::from_secs(3))
        .kind(Kind::Liveness)
        .interval(Duration::from_millis(100))
        .failure_threshold(1);
    let monitor = Monitor::builder().linked(false).check(check).build().expect("the set-up is good");
    thread::spawn(move || {
        for beat in 1..=4 {
            heartbeat.beat();
            println!("beat {beat}");
            // A freeze takes one of these at most.
            (0..40).for_each(|_| thread::sleep(Duration::from_millis(50)));
        }
    });
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        while monitor.report(Kind::Liveness).await.status() != Status::Error {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    println!("failed");
}
