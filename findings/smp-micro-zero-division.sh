#!/bin/sh
# `zero_division` does nothing where the reduction is "micro": two empty masks score NaN, not 1.
#
# Versions: segmentation-models-pytorch 0.6.0, torch 2.14.1 (CPU), Python 3.11.7, Linux x86-64.
# Input: two batches of empty binary masks, zeros of shape (2, 1, 2, 2).
# Behaviour: f1_score and iou_score have zero_division=1.0 and give 1 for every reduction
#   ("macro", "micro-imagewise", "macro-imagewise", none) but "micro", which never looks at it, not
#   even where it is given.
# Output seen: iou_score macro 1.0, micro nan; f1_score macro 1.0, micro nan
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# torch is large: where PYTHON has it already (with torchvision), NO_TORCH=1 saves the download.
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    --no-deps segmentation-models-pytorch==0.6.0 timm==1.0.31
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    huggingface_hub==2.4.0 safetensors==0.8.0
[ -n "${NO_TORCH:-}" ] || "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check \
    --target "$folder" torch==2.14.1 torchvision==0.29.1 numpy==2.4.6
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" - <<'PROGRAM'
import math
import sys

import torch
from segmentation_models_pytorch.metrics import f1_score, get_stats, iou_score

empty = torch.zeros(2, 1, 2, 2, dtype=torch.int64)
stats = get_stats(empty, empty, mode="binary")
same = True
for score in (iou_score, f1_score):
    macro = score(*stats, reduction="macro", zero_division=1.0).item()
    micro = score(*stats, reduction="micro", zero_division=1.0).item()
    print(score.__name__, "macro", macro, "micro", micro)
    same = same and macro == 1.0 and math.isnan(micro)
sys.exit(not same)
PROGRAM
