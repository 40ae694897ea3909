use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use procfs::{
    ProcError, ProcessCGroup,
    process::{MountInfo, Process},
};

/// The control groups of this process that have one controller, from its own to the outermost that it sees.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Groups {
    pub(super) version: Version,
    pub(super) folders: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Groups {
    pub(super) fn of(process: &Process, controller: &str) -> Result<Option<Self>, ProcError> {
        let groups: Vec<_> = process.cgroups()?.into_iter().collect();
        let mounts: Vec<_> = process.mountinfo()?.into_iter().collect();
        Ok(find(&groups, &mounts, controller))
    }
}

/// The number in the file, or nothing where there is no limit or no such file, as in the group of all groups.
pub(super) fn number(folder: &Path, file: &str) -> io::Result<Option<u64>> {
    Ok(read(folder, file)?.and_then(|text| text.trim().parse().ok()))
}

/// The number behind the key.
pub(super) fn number_of(folder: &Path, file: &str, key: &str) -> io::Result<Option<u64>> {
    let Some(text) = read(folder, file)? else { return Ok(None) };
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
    Ok(value.and_then(|value| value.trim().parse().ok()))
}

fn read(folder: &Path, file: &str) -> io::Result<Option<String>> {
    match fs::read_to_string(folder.join(file)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A controller is in a hierarchy of version 1, or in that of version 2; hybrid systems have both.
fn find(groups: &[ProcessCGroup], mounts: &[MountInfo], controller: &str) -> Option<Groups> {
    let first = || {
        let group = groups.iter().find(|group| group.controllers.iter().any(|name| name == controller))?;
        let carries =
            |mount: &&MountInfo| mount.fs_type == "cgroup" && mount.super_options.contains_key(controller);
        folders(group, mounts.iter().filter(carries)).map(|folders| Groups { version: Version::V1, folders })
    };
    let second = || {
        let group = groups.iter().find(|group| group.hierarchy == 0)?;
        folders(group, mounts.iter().filter(|mount| mount.fs_type == "cgroup2"))
            .map(|folders| Groups { version: Version::V2, folders })
    };
    first().or_else(second)
}

/// In a container without a namespace of its own for groups, the group's path begins with what is mounted.
fn folders<'a>(group: &ProcessCGroup, mounts: impl Iterator<Item = &'a MountInfo>) -> Option<Vec<PathBuf>> {
    let below = |mount: &'a MountInfo| {
        let below = Path::new(&group.pathname).strip_prefix(&mount.root).ok()?;
        let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        plain.then(|| below.to_owned())
    };
    // The mount that shows the group itself; else whatever is mounted is the nearest group around it.
    let (mount, below) =
        mounts.map(|mount| (mount, below(mount))).max_by_key(|(_, below)| below.is_some())?;
    let below = below.unwrap_or_default();
    Some(below.ancestors().map(|part| mount.mount_point.join(part)).collect())
}

#[cfg(test)]
mod tests {
    use procfs::{FromBufRead, ProcessCGroups, process::MountInfos};

    use super::*;

    fn found(groups: &str, mounts: &str, controller: &str) -> Option<(Version, Vec<String>)> {
        let groups: Vec<_> = ProcessCGroups::from_buf_read(groups.as_bytes()).unwrap().into_iter().collect();
        let mounts: Vec<_> = MountInfos::from_buf_read(mounts.as_bytes()).unwrap().into_iter().collect();
        let Groups { version, folders } = find(&groups, &mounts, controller)?;
        Some((version, folders.iter().map(|folder| folder.display().to_string()).collect()))
    }

    fn told(version: Version, folders: &[&str]) -> (Version, Vec<String>) {
        (version, folders.iter().map(ToString::to_string).collect())
    }

    const V2: &str = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    const HYBRID: &str = "31 30 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
         32 30 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n\
         33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

    #[test]
    fn nested_groups_are_all_looked_at_up_to_the_mount() {
        let groups = "0::/system.slice/orders.service\n";
        let folders =
            ["/sys/fs/cgroup/system.slice/orders.service", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/"];
        assert_eq!(found(groups, V2, "memory"), Some(told(Version::V2, &folders)));
    }

    #[test]
    fn a_container_sees_its_own_group_as_the_root() {
        assert_eq!(found("0::/\n", V2, "memory"), Some(told(Version::V2, &["/sys/fs/cgroup/"])));
        let mounted = "31 30 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let own = Some(told(Version::V1, &["/sys/fs/cgroup/memory/"]));
        assert_eq!(found("4:memory:/docker/abc\n", mounted, "memory"), own);
        let (_, deeper) = found("4:memory:/docker/abc/x\n", mounted, "memory").unwrap();
        assert_eq!(deeper, ["/sys/fs/cgroup/memory/x", "/sys/fs/cgroup/memory/"]);
        assert_eq!(found("4:memory:/elsewhere\n", mounted, "memory"), own);
        assert_eq!(found("0::/../other\n", V2, "memory"), Some(told(Version::V2, &["/sys/fs/cgroup/"])));
    }

    #[test]
    fn a_hybrid_system_has_its_controllers_in_version_1() {
        let groups = "8:pids:/\n4:memory:/app\n1:name=systemd:/\n0::/app\n";
        let folders = ["/sys/fs/cgroup/memory/app", "/sys/fs/cgroup/memory/"];
        assert_eq!(found(groups, HYBRID, "memory"), Some(told(Version::V1, &folders)));
        assert_eq!(found(groups, HYBRID, "pids"), Some(told(Version::V1, &["/sys/fs/cgroup/pids/"])));
        let (version, _) = found(groups, HYBRID, "cpu").unwrap();
        assert_eq!(version, Version::V2, "where it is if it is in none of version 1");
    }

    #[test]
    fn without_a_mount_nothing_is_found() {
        assert_eq!(found("0::/\n", "", "memory"), None);
        assert_eq!(found("", V2, "memory"), None);
    }
}
