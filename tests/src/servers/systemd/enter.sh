# In the folder of the test: into a cgroup named as it, then on as PID 1 of namespaces with the script in $1.
set -e
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
group=$root$(sed -n 's/^0:://p' /proc/self/cgroup)/${PWD##*/}
mkdir "$group"
echo $$ > "$group/cgroup.procs"
exec unshare --pid --fork --mount --uts --ipc --cgroup --mount-proc --kill-child sh -c "$1" boot "$2"
