#!/usr/bin/env bash
# In a job on the GPU machine: this commit's autograder over the packages that prepare.sh installed.
# Nothing is downloaded, and the packages belong to root, so that no job leaves anything in them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

packages=${AUTOGRADER_PACKAGES:-/opt/autograder/packages} # a virtual environment
environment=${RUNNER_TEMP:?is not set: this runs in a job}/autograder

if [[ ! -x $packages/bin/python ]]; then
  echo "environment: there is no Python in $packages; run .github/runner/prepare.sh there" >&2
  exit 1
fi
"$packages/bin/python" -m venv --without-pip "$environment"
site=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$packages/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/machine.pth"
"$packages/bin/python" -m pip --python "$environment/bin/python" install --quiet \
  --no-deps --no-build-isolation --no-index --ignore-installed .
echo "$environment/bin" >>"${GITHUB_PATH:?is not set: this runs in a job}"
