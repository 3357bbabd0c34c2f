#!/usr/bin/env bash
# Install this commit's autograder on a hosted runner.
#
#   install.sh github     for jobs with a secret: every package by its hash, and no torch
#   install.sh grading    what grading a submission needs
#   install.sh release    what making the release needs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case ${1-} in
  github)
    # Without --no-deps, pip 23 looks at versions that the file does not name, and gives up.
    python -m pip install --quiet --require-hashes --no-deps --only-binary :all: \
      --requirement .github/requirements/github.txt
    python -m pip install --quiet --no-deps --no-build-isolation --no-index .
    ;;
  grading | release)
    # PyTorch's own index has builds without CUDA: a tenth of the size, and here is no GPU.
    extra=
    [[ $1 == grading ]] || extra='[notebook]'
    python -m pip install --quiet --extra-index-url https://download.pytorch.org/whl/cpu ".$extra"
    ;;
  *)
    echo "install: for github, grading or release, not for ${1:-nothing}" >&2
    exit 1
    ;;
esac
