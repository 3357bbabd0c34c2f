#!/bin/sh
# torchvision resizes a mask to other places than the image that it belongs to.
#
# Versions: torchvision 0.29.1, torch 2.14.1, Pillow 13.0.0, Python 3.11.7, Linux x86-64.
# Input: transforms.v2.Resize on an image and its mask, 12 columns wide, whose values are the
#   numbers of their columns, so that what comes out says where it was taken from; the same mask
#   also as a Pillow image, resized with NEAREST.
# Behaviour: an image is sampled at the centres of the new pixels, a Pillow image too. A tv_tensors.
#   Mask is taken at their upper left corners instead: at a quarter of the size, labels lie one and
#   a half to two pixels of the original beside the image they are the labels of, always to the
#   same side. The same transform gives other labels for a Pillow mask than for a tensor.
# Output seen, the columns that the new ones were taken from:
#   12 -> 3: image 1.9, 5.5, 9.1; Pillow mask 2, 6, 10; Mask 0, 4, 8
#   12 -> 5: image 0.9, 3.1, 5.5, 7.9, 10.1; Pillow mask 1, 3, 6, 8, 10; Mask 0, 2, 4, 7, 9
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder/libs" \
    torchvision==0.29.1 torch==2.14.1 pillow==13.0.0 numpy
cd "$folder"
PYTHONPATH="$folder/libs" "${PYTHON:-python3}" - <<'PROGRAM'
import sys

import numpy as np
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

SEEN = {
    3: ([1.9, 5.5, 9.1], [2, 6, 10], [0, 4, 8]),
    5: ([0.9, 3.1, 5.5, 7.9, 10.1], [1, 3, 6, 8, 10], [0, 2, 4, 7, 9]),
}
columns = torch.arange(12, dtype=torch.uint8).expand(10, 12).contiguous()
found = {}
for width in SEEN:
    resize = v2.Resize((4, width))
    nearest = v2.Resize((4, width), interpolation=v2.InterpolationMode.NEAREST)
    image = resize(tv_tensors.Image(columns[None].float()))[0, 0]
    pillow = np.asarray(nearest(Image.fromarray(columns.numpy())))[0]
    mask = resize(tv_tensors.Mask(columns))[0]
    found[width] = ([round(float(x), 1) for x in image], pillow.tolist(), mask.tolist())
    print(f"12 -> {width}: image, Pillow mask, Mask:", *found[width])
sys.exit(found != SEEN)
PROGRAM
