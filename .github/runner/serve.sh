#!/usr/bin/env bash
# Keep one GPU machine busy, from a machine that students' code never reaches: it has the App's key,
# the GPU machine never does. One registration for one job, for ever.
#
#   serve.sh SSH_DESTINATION      environment: AUTOGRADER_APP_ID, AUTOGRADER_APP_KEY
set -euo pipefail
machine=${1:?serve.sh SSH_DESTINATION}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pause=${SERVE_PAUSE:-30}

while true; do
  if configuration=$(python "$here/jitconfig.py"); then
    ssh -o BatchMode=yes "$machine" sudo -n /opt/autograder/hooks/run-once.sh <<<"$configuration" ||
      echo "serve: the runner on $machine ended with $?" >&2
  else
    sleep "$pause"
  fi
done
