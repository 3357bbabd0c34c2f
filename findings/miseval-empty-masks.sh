#!/bin/sh
# Of two empty masks the Dice score is 1 and the IoU 0.
#
# Versions: MISeval 1.3.0, numpy 2.4.6, scikit-learn 1.9.1, Python 3.11.7, Linux x86-64.
# Input: two masks of 2 x 2 zeros.
# Behaviour: evaluate(metric="DSC") rewards a mask that is rightly empty, by design, with 1.0;
#   metric="IoU" gives the same masks 0.0, like masks that do not meet at all. With multi_class=True
#   each class that a case does not have is counted so: Dice goes up and IoU down for being right.
# Output seen: DSC 1.0, IoU 0.0
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    miseval==1.3.0 numpy==2.4.6 scikit-learn==1.9.1
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" - <<'PROGRAM'
import sys

import numpy as np
from miseval import evaluate

empty = np.zeros((2, 2), dtype=int)
dice, iou = (float(evaluate(empty, empty, metric=name)) for name in ("DSC", "IoU"))
print("DSC", dice, "IoU", iou)
sys.exit((dice, iou) != (1.0, 0.0))
PROGRAM
