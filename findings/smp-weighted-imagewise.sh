#!/bin/sh
# A perfect prediction scores 1 / K where the reduction is "weighted-imagewise".
#
# Versions: segmentation-models-pytorch 0.6.0, torch 2.14.1 (CPU), Python 3.11.7, Linux x86-64.
# Input: the target [[0, 1, 2, 1], [2, 2, 0, 1]], two images of four pixels and three classes, as
#   its own prediction; class_weights=[3, 1, 2].
# Behaviour: the documentation promises a weighted average over the classes of each image. The
#   weights are divided by their sum, and what they weigh is then averaged over the classes once
#   more, so every score is divided by the number of classes; "weighted" adds up instead, and is
#   right. No score can be above 1 / K, and scores for different K cannot be compared.
# Output seen: iou_score weighted 1.0, weighted-imagewise 0.3333; f1_score the same
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
import sys

import torch
from segmentation_models_pytorch.metrics import f1_score, get_stats, iou_score

target = torch.tensor([[0, 1, 2, 1], [2, 2, 0, 1]])
stats = get_stats(target, target, mode="multiclass", num_classes=3)
same = True
for score in (iou_score, f1_score):
    weighted, imagewise = (
        score(*stats, reduction=reduction, class_weights=[3.0, 1.0, 2.0]).item()
        for reduction in ("weighted", "weighted-imagewise")
    )
    print(score.__name__, "weighted", weighted, "weighted-imagewise", imagewise)
    same = same and abs(weighted - 1) < 1e-6 and abs(imagewise - 1 / 3) < 1e-6
sys.exit(not same)
PROGRAM
