#!/usr/bin/env bash
# Prepare a GPU machine, or renew it after packages changed. Run as root in a checkout of the
# grader's repository; nothing here is run by a job.
#
#   prepare.sh ORGANISATION/GRADER ACTIONS_RUNNER.tar.gz
#
# The tar file is GitHub's runner (github.com/actions/runner/releases); compare its SHA-256 with the
# one that stands there before you run this.
set -euo pipefail
repository=${1:?prepare.sh ORGANISATION/GRADER ACTIONS_RUNNER.tar.gz}
application=${2:?prepare.sh ORGANISATION/GRADER ACTIONS_RUNNER.tar.gz}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../.." && pwd)
root=${AUTOGRADER_ROOT:-/opt/autograder}

[[ $repository =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]] ||
  { echo "prepare: $repository is not ORGANISATION/GRADER" >&2; exit 2; }
[[ -f $application ]] || { echo "prepare: there is no file $application" >&2; exit 2; }

user=${RUNNER_USER:-autograder}
id "$user" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$user"

# All of it belongs to root: a job reads it and cannot change it.
umask 022
mkdir -p "$root/hooks"
install -m 0755 "$here/job-started.sh" "$here/run-once.sh" "$root/hooks"
printf 'repository=%s\nworkflow=%s/.github/workflows/grade.yml@refs/heads/main\n' \
  "$repository" "$repository" >"$root/hooks/allowed"

rm -rf "$root/actions-runner"
mkdir "$root/actions-runner"
tar --extract --no-same-owner --directory "$root/actions-runner" --file "$application"

# The packages, and not this project itself: each job brings its own commit of that.
[[ -x $root/packages/bin/python ]] || python3 -m venv "$root/packages"
"$root/packages/bin/python" -m pip install --quiet --upgrade pip setuptools "$checkout"
"$root/packages/bin/python" -m pip uninstall --quiet --yes segmentation-autograder
