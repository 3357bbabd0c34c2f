#!/bin/sh
# `ignore_index` leaves a class's pixels out of compute_dice, and counts them in compute_iou.
#
# Versions: MONAI 1.6.1, torch 2.14.1 (CPU), Python 3.11.7, Linux x86-64.
# Input: prediction [0, 0, 1, 1, 0, 0], target [2, 0, 1, 1, 1, 0] as one-hot maps of three classes,
#   ignore_index=2.
# Behaviour: the documentation of compute_iou and MeanIoU says that voxels with the ignored label
#   are excluded from the score, for padding and unlabelled regions. Only the channel of that class
#   is emptied: the first pixel stays, as a false alarm of class 0. compute_dice does exclude it. So
#   their usual relation, Dice = 2 J / (1 + J), does not hold: of J = 1/2 it makes 2/3, not 4/5.
#   With the same pixel unlabelled (no class at all) and a label outside the classes,
#   ignore_index=255, compute_iou gives 2/3.
# Output seen: class 0: Dice 0.8, IoU 0.5, IoU where the pixel is unlabelled 0.6667
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# torch is large: where PYTHON has it already (with numpy), NO_TORCH=1 saves the download.
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    --no-deps monai==1.6.1
[ -n "${NO_TORCH:-}" ] || "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check \
    --target "$folder" torch==2.14.1 numpy==2.4.6
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" -W ignore - <<'PROGRAM'
import sys

import torch
from monai.metrics import compute_dice, compute_iou
from torch.nn.functional import one_hot

prediction = one_hot(torch.tensor([[[0, 0, 1], [1, 0, 0]]]), 3).movedim(-1, 1)
target = one_hot(torch.tensor([[[2, 0, 1], [1, 1, 0]]]), 3).movedim(-1, 1)
unlabelled = target.clone()
unlabelled[:, 2] = 0
dice = compute_dice(prediction, target, ignore_index=2)[0, 0].item()
iou = compute_iou(prediction, target, ignore_index=2)[0, 0].item()
outside = compute_iou(prediction, unlabelled, ignore_index=255)[0, 0].item()
print(f"class 0: Dice {dice:.4g}, IoU {iou:.4g}, IoU where the pixel is unlabelled {outside:.4g}")
expected = 4 / 5, 1 / 2, 2 / 3
sys.exit(any(abs(a - b) > 1e-6 for a, b in zip((dice, iou, outside), expected, strict=True)))
PROGRAM
