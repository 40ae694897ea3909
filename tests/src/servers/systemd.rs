use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::unistd::Pid;
use tempfile::TempDir;

use super::Missing;
use crate::family::family;
use crate::process::Process;
use crate::wait::poll;

const ENTER: &str = include_str!("systemd/enter.sh");
const BOOT: &str = include_str!("systemd/boot.sh");
const TIDY: &str = include_str!("systemd/tidy.sh");

const TARGET: &str = "[Unit]\nDefaultDependencies=no\nWants=tested.service\n";
const READY: Duration = Duration::from_secs(30);
const NAMESPACES: [&str; 7] = ["--pid", "--fork", "--mount", "--uts", "--ipc", "--cgroup", "--mount-proc"];

/// The real systemd, as PID 1 of namespaces of its own in which it runs one unit, `tested.service`. Files and the
/// network are those of the machine; processes, `/run` and cgroups are private.
///
/// Dropping it kills all its processes and removes its folder and its cgroup; so does the end of the test process, even
/// when that is killed outright.
#[derive(Debug)]
pub struct Systemd {
    process: Process,
    init: Pid,
    dir: TempDir,
}

impl Systemd {
    /// The name of the unit.
    pub const UNIT: &str = "tested.service";

    /// Starts one with this text of a service unit, which says `DefaultDependencies=no`, and returns when it answers;
    /// the service itself may still be starting. The service works in the folder of [`dir`](Self::dir).
    ///
    /// # Errors
    /// Where there is no systemd, or namespaces cannot be made here, which takes `CAP_SYS_ADMIN`.
    ///
    /// # Panics
    /// Where it does not come up, with what it wrote.
    pub fn start(unit: &str) -> Result<Systemd, Missing> {
        let binary = find().ok_or_else(|| Missing::binary("systemd", "systemd"))?;
        allowed()?;
        let dir =
            tempfile::Builder::new().prefix("healthsdk-").tempdir().expect("a temporary folder can be made");
        write_units(dir.path(), unit).expect("the folder can be written");
        let log = File::create(dir.path().join("log")).expect("the folder can be written");
        let errors = log.try_clone().expect("a file can be shared");
        let mut command = Command::new("sh");
        command.args(["-c", ENTER, "enter", BOOT]).arg(binary).current_dir(dir.path());
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let mut process = Process::spawn(&mut command, TIDY, dir.path()).expect("sh runs");

        let up = poll(READY, || match process.exited() {
            Some(_) => Some(None),
            None => init(&process).filter(|&init| systemctl(init, &["show"]).is_ok()).map(Some),
        });
        let log = || fs::read_to_string(dir.path().join("log")).unwrap_or_default();
        let Some(Some(init)) = up else { panic!("systemd did not come up:\n{}", log()) };
        Ok(Systemd { process, init, dir })
    }

    /// A property of the unit, such as `ActiveState`, `StatusText`, `NRestarts` or `Result`; empty where there is none
    /// of the name.
    ///
    /// # Panics
    /// Where systemd does not answer.
    #[track_caller]
    pub fn show(&self, property: &str) -> String {
        let value = self.systemctl(&["show", "--value", "--property", property, Systemd::UNIT]);
        value.trim_end().to_owned()
    }

    /// What `systemctl` with these arguments, such as `stop tested.service`, writes and how it ends.
    ///
    /// # Panics
    /// Where it fails, with what it wrote.
    #[track_caller]
    pub fn systemctl(&self, args: &[&str]) -> String {
        systemctl(self.init, args)
            .unwrap_or_else(|error| panic!("systemctl {args:?}: {error}\n{}", self.output()))
    }

    /// What the service has written to its standard output and error.
    pub fn output(&self) -> String {
        let output = fs::read(self.dir.path().join("output")).unwrap_or_default();
        String::from_utf8_lossy(&output).into_owned()
    }

    /// The folder in which the service works.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The main process of the service, as this test sees it.
    ///
    /// # Panics
    /// Where none runs.
    #[track_caller]
    pub fn main_pid(&self) -> Pid {
        let inside = self.show("MainPID");
        let named = |row: &crate::family::Row| {
            let status = fs::read_to_string(format!("/proc/{}/status", row.pid)).unwrap_or_default();
            let pids = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
            pids.is_some_and(|pids| pids.split_whitespace().nth(1) == Some(inside.as_str()))
        };
        let row = family(self.process.pid()).into_iter().find(named);
        row.unwrap_or_else(|| panic!("no process {inside} of the service\n{}", self.output())).pid
    }
}

/// Debian keeps it off every path.
fn find() -> Option<PathBuf> {
    let known = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].map(PathBuf::from);
    known.into_iter().find(|file| file.is_file())
}

fn allowed() -> Result<(), Missing> {
    let refused = |why: &str| {
        Missing::forbidden(format!("no right to run systemd in namespaces of its own ({})", why.trim()))
    };
    let output = Command::new("unshare").args(NAMESPACES).arg("true").output();
    let output = output.map_err(|error| refused(&format!("unshare: {error}")))?;
    if !output.status.success() {
        return Err(refused(&String::from_utf8_lossy(&output.stderr)));
    }
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let unified = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let writable = unified
        .filter(|words| words.get(2) == Some(&"cgroup2"))
        .any(|words| words.get(3).is_some_and(|options| options.split(',').any(|option| option == "rw")));
    if writable { Ok(()) } else { Err(refused("no cgroup2 that can be written")) }
}

fn write_units(dir: &Path, unit: &str) -> std::io::Result<()> {
    let units = dir.join("units");
    let more = units.join(format!("{}.d", Systemd::UNIT));
    fs::create_dir_all(&more)?;
    fs::write(units.join("tests.target"), TARGET)?;
    fs::write(units.join(Systemd::UNIT), unit)?;
    let dir = dir.display();
    let folder = format!(
        "[Service]\nWorkingDirectory={dir}\nStandardOutput=append:{dir}/output\nStandardError=append:{dir}/output\n"
    );
    fs::write(more.join("folder.conf"), folder)
}

/// PID 1 of the namespaces, once it has become systemd: before that, `systemctl` would ask the machine's own.
fn init(process: &Process) -> Option<Pid> {
    let init = family(process.pid()).into_iter().find(|row| row.parent == process.pid())?.pid;
    let name = fs::read_to_string(format!("/proc/{init}/comm")).ok()?;
    (name == "systemd\n").then_some(init)
}

fn systemctl(init: Pid, args: &[&str]) -> Result<String, String> {
    let init = init.to_string();
    let output = Command::new("nsenter")
        .args(["--target", &init, "--mount", "--uts", "--ipc", "--pid", "--cgroup", "systemctl"])
        .args(args)
        .output()
        .map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}
