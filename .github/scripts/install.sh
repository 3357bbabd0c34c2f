#!/usr/bin/env bash
# Install this commit's autograder on a hosted runner.
#
#   install.sh github     for jobs that hold a secret: every package pinned by its hash, no torch
#   install.sh grading    all that a grading needs, torch for the processor only
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case ${1-} in
  github)
    python -m pip install --quiet --require-hashes --only-binary :all: \
      --requirement .github/requirements/github.txt
    python -m pip install --quiet --no-deps --no-build-isolation .
    ;;
  grading)
    # PyTorch's own index has builds without CUDA: a tenth of the size, and here is no GPU.
    python -m pip install --quiet --extra-index-url https://download.pytorch.org/whl/cpu .
    ;;
  *)
    echo "install: for github or for grading, not for ${1:-nothing}" >&2
    exit 1
    ;;
esac
