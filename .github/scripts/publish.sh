#!/usr/bin/env bash
# Publish a result: a row in the ledger, which lies on a branch of this repository, and the check.
#
#   publish.sh RESULT      environment: STUDENT, SHA, LEDGER_TOKEN, and what `autograder github` needs
#
# Several runs may publish at once. A push that is rejected because another came first is tried
# again on what the other wrote; `autograder github publish` writes nothing twice.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=.github/scripts/ledger.sh
source "$here/ledger.sh"

result=${1:?publish.sh RESULT}
: "${STUDENT:?is not set}" "${SHA:?is not set}"

for ((attempt = 1; attempt <= LEDGER_TRIES; attempt++)); do
  fetch_ledger
  published=0
  autograder github publish "$STUDENT" "$SHA" --result "$result" --ledger "$LEDGER" || published=$?
  # 1: the student was told that there is no grade. That is kept too, and this run ends as failed.
  ((published <= 1)) || exit "$published"
  if push_ledger "$STUDENT $SHA"; then
    exit "$published"
  fi
  wait_for_others "$attempt"
done
echo "publish: the ledger could not be pushed in $LEDGER_TRIES tries; the next sweep grades again" >&2
exit 2
