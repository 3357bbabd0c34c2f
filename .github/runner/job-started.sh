#!/usr/bin/env bash
# The runner runs this before each job (ACTIONS_RUNNER_HOOK_JOB_STARTED); when it fails, the job
# does not run. It lets one job of one workflow on one branch of one repository through, whatever
# the settings of the runner group say. `allowed` beside it belongs to root and holds two lines:
#
#   repository=ORGANISATION/GRADER
#   workflow=ORGANISATION/GRADER/.github/workflows/grade.yml@refs/heads/main
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

refuse() {
  printf 'job-started: this machine runs %s\n' "$1" >&2
  exit 1
}

value() { # what the file says of a key, exactly once
  local found
  found=$(grep --extended-regexp "^$1=[A-Za-z0-9._/@-]+$" "$here/allowed") ||
    refuse "nothing: $here/allowed does not say which $1"
  [[ $found != *$'\n'* ]] || refuse "nothing: $here/allowed says twice which $1"
  printf '%s' "${found#*=}"
}

repository=$(value repository)
workflow=$(value workflow)

[[ ${GITHUB_REPOSITORY-} == "$repository" ]] ||
  refuse "jobs of $repository, not of $(printf '%q' "${GITHUB_REPOSITORY-}")"
[[ ${GITHUB_WORKFLOW_REF-} == "$workflow" ]] ||
  refuse "the workflow $workflow, not $(printf '%q' "${GITHUB_WORKFLOW_REF-}")"
[[ ${GITHUB_JOB-} == grade ]] ||
  refuse "the job grade, not $(printf '%q' "${GITHUB_JOB-}")"
[[ ${GITHUB_EVENT_NAME-} == repository_dispatch || ${GITHUB_EVENT_NAME-} == workflow_dispatch ]] ||
  refuse "what was dispatched, not $(printf '%q' "${GITHUB_EVENT_NAME-}")"
