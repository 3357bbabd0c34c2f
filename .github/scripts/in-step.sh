#!/usr/bin/env bash
# Make the release again: it must be what is committed, to the byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

autograder release
changed=$(git status --porcelain --ignored=no -- assignment)
if [[ -n $changed ]]; then
  echo "in-step: assignment/ is not what solutions/ make; run make release and commit:" >&2
  echo "$changed" >&2
  exit 1
fi
