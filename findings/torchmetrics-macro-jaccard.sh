#!/bin/sh
# The macro mean of the Jaccard index is not the mean of the list that the same function gives.
#
# Versions: torchmetrics 1.9.0, torch 2.14.1 (CPU), Python 3.11.7, Linux x86-64.
# Input: prediction [0, 0, 1, 0], target [0, 1, 1, 0], three classes; class 2 occurs in neither.
# Behaviour: multiclass_jaccard_index(average="none") gives the absent class 0, like one that was
#   missed everywhere; average="macro" leaves it out. Its figures cannot be told from one another by
#   the list.
# Output seen: none [0.6667, 0.5, 0.0], mean of it 0.3889; macro 0.5833
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# torch is large: where PYTHON has it already, NO_TORCH=1 saves the download.
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    --no-deps torchmetrics==1.9.0 lightning-utilities==0.15.3
[ -n "${NO_TORCH:-}" ] || "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check \
    --target "$folder" torch==2.14.1 numpy==2.4.6 packaging==26.4
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" - <<'PROGRAM'
import sys

import torch
from torchmetrics.functional.classification import multiclass_jaccard_index

pair = torch.tensor([0, 0, 1, 0]), torch.tensor([0, 1, 1, 0])
each = multiclass_jaccard_index(*pair, num_classes=3, average="none")
macro = multiclass_jaccard_index(*pair, num_classes=3, average="macro")
print("none", each.tolist(), "its mean", each.mean().item(), "macro", macro.item())
same = torch.allclose(each, torch.tensor([2 / 3, 0.5, 0.0])) and abs(macro - 7 / 12) < 1e-6
sys.exit(not same)
PROGRAM
