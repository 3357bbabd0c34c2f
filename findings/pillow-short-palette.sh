#!/bin/sh
# Saving a label map as PNG cuts its labels to the bits that the palette's size needs.
#
# Versions: Pillow 13.0.0, numpy 2.4.6, Python 3.11.7, Linux x86-64 (the same with Pillow 9.5.0,
#   10.4.0, 11.3.0, 12.0.0 and 12.3.0).
# Input: an 8-bit image of mode "P" with the values 0, 1 and 255 and a palette of n colours.
# Behaviour: Image.save(..., "PNG") writes 1, 2, 4 or 8 bits a pixel by the number of colours, and
#   keeps the low bits of each value, without a warning. Read back, a label of 255 ("ignore") is a
#   class.
# Output seen: in memory [0, 1, 255]; 2 colours [0, 1, 1]; 4 colours [0, 1, 3]; 16 colours [0, 1,
#   15]; 17 colours [0, 1, 255]
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    pillow==13.0.0 numpy==2.4.6
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" - <<'PROGRAM'
import io
import sys

import numpy as np
from PIL import Image


def read_back(colours):
    image = Image.fromarray(np.array([[0, 1, 255]], np.uint8))
    image.putpalette([0, 128, 255] * colours)
    assert image.mode == "P" and np.array(image).tolist() == [[0, 1, 255]]
    file = io.BytesIO()
    image.save(file, "PNG")
    return np.array(Image.open(file))[0].tolist()


seen = {colours: read_back(colours) for colours in (2, 4, 16, 17)}
print(seen)
sys.exit(seen != {2: [0, 1, 1], 4: [0, 1, 3], 16: [0, 1, 15], 17: [0, 1, 255]})
PROGRAM
