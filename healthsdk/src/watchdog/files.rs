//! What Linux says of this process. Elsewhere the files are not there, and nothing is said.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::verdict::Reading;

const CGROUP: &str = "/proc/self/cgroup";
const STATUS: &str = "/proc/self/status";
const MOUNT: &str = "/sys/fs/cgroup";

pub(super) fn read() -> Reading {
    let groups = fs::read_to_string(CGROUP).unwrap_or_default();
    let throttled = places(&groups).iter().find_map(|place| {
        let stat = fs::read_to_string(place.join("cpu.stat")).ok()?;
        throttled(&stat)
    });
    let traced = fs::read_to_string(STATUS).is_ok_and(|status| traced(&status));
    Reading { throttled, traced }
}

/// Where the process's own `cpu.stat` may be: by its path in version 2 and in version 1, then at the roots, where a
/// container sees its own.
fn places(groups: &str) -> Vec<PathBuf> {
    let mount = Path::new(MOUNT);
    let (mut own, mut roots) = (Vec::new(), vec![mount.to_owned()]);
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let path = path.trim_start_matches('/');
        if controllers.is_empty() {
            own.push(mount.join(path));
        } else if controllers.split(',').any(|controller| controller == "cpu") {
            for root in [controllers, "cpu"].map(|name| mount.join(name)) {
                own.push(root.join(path));
                roots.push(root);
            }
        }
    }
    own.into_iter().chain(roots).collect()
}

/// In microseconds, from the lines `throttled_usec` (version 2) or `throttled_time` (version 1, in nanoseconds).
fn throttled(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| match line.split_once(' ')? {
        ("throttled_usec", value) => value.trim().parse().ok(),
        ("throttled_time", value) => value.trim().parse().ok().map(|nanoseconds: u64| nanoseconds / 1000),
        _ => None,
    })
}

/// Whether a debugger is attached.
fn traced(status: &str) -> bool {
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|pid| pid.trim() != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throttled_time_is_read_in_both_versions() {
        let v2 = "usage_usec 9\nnr_throttled 2\nthrottled_usec 1500\n";
        let v1 = "nr_periods 4\nnr_throttled 2\nthrottled_time 1500000\n";
        assert_eq!((throttled(v2), throttled(v1)), (Some(1500), Some(1500)));
        assert_eq!(throttled("usage_usec 9\n"), None, "a group without a quota");
    }

    #[test]
    fn the_own_group_comes_before_the_root_that_a_container_sees() {
        let paths = |groups| places(groups).iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        assert_eq!(paths("0::/pod/app\n"), ["/sys/fs/cgroup/pod/app", "/sys/fs/cgroup"]);
        let v1 = paths("5:cpuset:/other\n4:cpu,cpuacct:/pod\n");
        assert_eq!(v1[..2], ["/sys/fs/cgroup/cpu,cpuacct/pod", "/sys/fs/cgroup/cpu/pod"]);
        assert_eq!(paths(""), ["/sys/fs/cgroup"]);
    }

    #[test]
    fn a_debugger_is_seen() {
        assert!(traced("Name:\tapp\nTracerPid:\t41\n"));
        assert!(!traced("Name:\tapp\nTracerPid:\t0\n"));
        assert!(!traced(""));
    }
}
