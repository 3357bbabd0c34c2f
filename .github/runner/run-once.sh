#!/usr/bin/env bash
# One runner for one job, in a place that ends with it. Run as root on the GPU machine; standard
# input is what jitconfig.py printed.
#
# All that a job can write lies in memory and in namespaces that are made for it: its home, /tmp,
# /var/tmp, /dev/shm, shared memory. When the runner ends, the kernel ends whatever process the job
# left behind, and unmounts the rest. So there is nothing to clean, and nothing to forget.
#
# environment (from /etc/autograder/runner.conf where that is there):
#   RUNNER_APPLICATION   the unpacked runner of GitHub, which belongs to root
#   RUNNER_HOOKS         the folder with job-started.sh
#   RUNNER_USER          who the job runs as
#   RUNNER_MEMORY        how much memory the job's files may take
set -euo pipefail

if [[ -r /etc/autograder/runner.conf ]]; then
  set -a
  # shellcheck source=/dev/null
  source /etc/autograder/runner.conf
  set +a
fi
application=${RUNNER_APPLICATION:-/opt/autograder/actions-runner}
hooks=${RUNNER_HOOKS:-/opt/autograder/hooks}
user=${RUNNER_USER:-autograder}
memory=${RUNNER_MEMORY:-8G}

if [[ ${1-} != inside ]]; then
  ((EUID == 0)) || { echo "run-once: only root can make a place for a job" >&2; exit 2; }
  for needed in "$application/run.sh" "$hooks/job-started.sh"; do
    [[ -x $needed ]] || { echo "run-once: there is no $needed; run prepare.sh" >&2; exit 2; }
  done
  id "$user" >/dev/null 2>&1 || { echo "run-once: there is no user $user" >&2; exit 2; }
  exec unshare --pid --fork --kill-child --ipc --mount --propagation private -- "$0" inside
fi

IFS= read -r configuration || [[ -n ${configuration-} ]] ||
  { echo "run-once: standard input holds no runner's configuration" >&2; exit 2; }

uid=$(id -u "$user") gid=$(id -g "$user")
mount -t proc -o nosuid,nodev,noexec proc /proc
home=/run/autograder
mkdir -p "$home"
mount -t tmpfs -o "nosuid,nodev,size=$memory,mode=0700,uid=$uid,gid=$gid" job "$home"
for place in /var/tmp /dev/shm; do
  mount -t tmpfs -o nosuid,nodev,size=1G,mode=1777 job "$place"
done
cp -a "$application" "$home/runner"
chown -R "$uid:$gid" "$home/runner"
cd "$home/runner"
# Last, for the scripts themselves may lie there.
mount -t tmpfs -o nosuid,nodev,size=1G,mode=1777 job /tmp

# The configuration can be used once. The runner takes it from its environment and removes it there.
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
  env --ignore-environment PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME="$home" USER="$user" \
  ACTIONS_RUNNER_HOOK_JOB_STARTED="$hooks/job-started.sh" \
  ACTIONS_RUNNER_INPUT_JITCONFIG="$configuration" \
  ./run.sh
