#!/usr/bin/env bash
# Dispatch a grading for every head commit that the ledger does not know yet.
#
#   sweep.sh      environment: LEDGER_TOKEN, and what `autograder github` needs
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=.github/scripts/ledger.sh
source "$here/ledger.sh"

fetch_ledger
autograder github sweep --dispatch --ledger "$LEDGER"
