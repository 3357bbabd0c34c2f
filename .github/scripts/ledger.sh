# shellcheck shell=bash
# The ledger is one SQLite file on a branch of this repository that holds nothing else. To be
# sourced; it works in a clone of its own, so that the checkout stays what it is.

LEDGER_BRANCH=${LEDGER_BRANCH:-ledger}
LEDGER_TRIES=${LEDGER_TRIES:-10}
LEDGER_PAUSE=${LEDGER_PAUSE:-3} # seconds at most, times the number of tries there were
ledger_origin=$(git remote get-url origin)
ledger_clone=$(mktemp -d)
# Read by those that source this file.
# shellcheck disable=SC2034
LEDGER=$ledger_clone/course.ledger

# The token goes to git by the environment: never a file, never an argument that `ps` shows.
# The helper is text for git to run, and git's shell reads the token.
# shellcheck disable=SC2016
ledger_git() {
  GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper \
    GIT_CONFIG_VALUE_0='!f() { echo username=x-access-token; echo "password=$LEDGER_TOKEN"; }; f' \
    git -C "$ledger_clone" "$@"
}

# The ledger as it lies on the branch now; none at all before the first grading. What an earlier try
# left in the clone is forgotten with it.
fetch_ledger() {
  local status=0
  rm -rf "$ledger_clone"
  git init --quiet "$ledger_clone"
  ledger_git ls-remote --quiet --exit-code "$ledger_origin" "refs/heads/$LEDGER_BRANCH" >/dev/null ||
    status=$?
  ((status != 2)) || return 0 # git's word for «no such branch», where 128 is a failure
  ((status == 0)) || return "$status"
  ledger_git fetch --quiet --depth 1 "$ledger_origin" "refs/heads/$LEDGER_BRANCH"
  ledger_git checkout --quiet --detach FETCH_HEAD
}

# Push what was appended, if anything was. Fails where another push came first; so it is called
# where failures are looked at, and there bash does not stop by itself.
push_ledger() {
  ledger_git add course.ledger || return
  if ledger_git diff --cached --quiet; then
    return 0
  fi
  ledger_git -c user.name=autograder -c user.email=autograder@users.noreply.github.com \
    commit --quiet --message "$1" || return
  ledger_git push --quiet "$ledger_origin" "HEAD:refs/heads/$LEDGER_BRANCH"
}

# Two that were rejected together should not come back together.
wait_for_others() {
  sleep "$(awk -v most="$((LEDGER_PAUSE * $1))" -v seed="$RANDOM" \
    'BEGIN { srand(seed); printf "%.2f", rand() * most }')"
}
