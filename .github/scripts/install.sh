#!/usr/bin/env bash
# Install this commit's autograder on a hosted runner.
#
#   install.sh github     for jobs with a secret: every package by its hash, and no torch
#   install.sh publish    the same, and torch: the suites say what a result must look like
#   install.sh grading    all that a grading or a release needs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# PyTorch's own index has builds without CUDA: a tenth of the size, and no hosted runner has a GPU.
without_cuda=https://download.pytorch.org/whl/cpu

case ${1-} in
  github | publish)
    # Without --no-deps, pip 23 looks at versions that the file does not name, and gives up.
    python -m pip install --quiet --require-hashes --no-deps --only-binary :all: \
      --requirement .github/requirements/github.txt
    python -m pip install --quiet --no-deps --no-build-isolation --no-index .
    ;;&
  publish) python -m pip install --quiet --no-deps --index-url "$without_cuda" torch==2.14.1 ;;
  github) ;;
  grading) python -m pip install --quiet --extra-index-url "$without_cuda" . ;;
  *)
    echo "install: for github, publish or grading, not for ${1:-nothing}" >&2
    exit 1
    ;;
esac
